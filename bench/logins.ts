import { readConfig } from '#config.ts'
import { type Bench, type Figure, inboxShots, loginShot, startApp } from './bench.ts'
import type { Shot } from './load.ts'
import { measureWays } from './login-ways.ts'
import { median, ratioOf, spelled } from './numbers.ts'
import { ask, type Running } from './processes.ts'
import { emailOf } from './seed.ts'

const ROUNDS = 3
const SECONDS = 3
const FLOOD_CLIENTS = 100
/** How many people read their Inbox while the flood comes. */
const READERS = 8
const PAIRS = 40

/** Clients come from many addresses through a proxy, and no limit stops them: what is measured is the hashing. */
const OPEN_DOOR = {
  TRUSTED_PROXIES: 'loopback',
  ...Object.fromEntries(
    [
      'LIMIT_LOGIN_PER_MINUTE',
      'LIMIT_LOGIN_PER_HOUR',
      'LIMIT_LOGIN_ACCOUNTS',
      'LIMIT_ACCOUNT_FREE',
      'LIMIT_DEVICE',
    ].map((name) => [name, '1000000']),
  ),
}

/** What logging in costs, and what it costs those who are in. */
export async function measureLogins(bench: Bench): Promise<Figure[]> {
  const server = await startApp(bench, bench.small, OPEN_DOOR)
  const figures = [await throughput(bench, server), await flood(bench, server), await telltale(server)]
  await server.stop()
  figures.push(...(await measureWays(bench)))
  return figures
}

async function throughput(bench: Bench, server: Running): Promise<Figure> {
  const { permits, queue } = readConfig({}).password
  const shots = Array.from({ length: bench.people }, (_, i) => loginShot(emailOf(i), bench.password, i))
  const logins: number[] = []
  const hashes: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const { perSecond } = await ask<{ perSecond: number }>('hashes.ts', { ...bench, permits, seconds: SECONDS })
    hashes.push(perSecond)
    const { done, refused, seconds } = await bench.load(server.url, shots, {
      connections: permits + queue,
      seconds: SECONDS,
    })
    if (refused > 0) throw new Error(`${refused} right passwords were refused.`)
    logins.push(done / seconds)
  }
  const ratio = ratioOf(logins, hashes)
  return {
    mark: 'd',
    name: 'Logins, to bare hash verifications',
    figure: `${spelled(ratio, 2)} × (${spelled(median(logins), 1)} and ${spelled(median(hashes), 1)} a second)`,
    target: '≥ 0.9 ×',
    ok: ratio >= 0.9,
  }
}

async function flood(bench: Bench, server: Running): Promise<Figure> {
  const wrong = Array.from({ length: 5000 }, (_, i) => loginShot(emailOf(i % bench.people), 'not the password', i))
  const readers = inboxShots(bench.small.cookies)
  const idle: number[] = []
  const flooded: number[] = []
  await p99(bench, server, readers)
  for (let round = 0; round < ROUNDS; round++) {
    idle.push(await p99(bench, server, readers))
    const [, ms] = await Promise.all([
      bench.load(server.url, wrong, { connections: FLOOD_CLIENTS, seconds: SECONDS + 2 }),
      Bun.sleep(1000).then(() => p99(bench, server, readers)),
    ])
    flooded.push(ms)
  }
  const ratio = ratioOf(flooded, idle)
  return {
    mark: 'e',
    name: `Inbox p99 while ${FLOOD_CLIENTS} clients flood the login, to idle`,
    figure: `${spelled(ratio, 2)} × (${spelled(median(flooded), 1)} and ${spelled(median(idle), 1)} ms)`,
    target: '≤ 3 ×',
    ok: ratio <= 3,
  }
}

async function p99({ load }: Bench, server: Running, readers: Shot[]): Promise<number> {
  return (await load(server.url, readers, { connections: READERS, seconds: SECONDS })).p99Ms
}

/** Whether one can tell by the time it takes that an e-mail has no account here. */
async function telltale(server: Running): Promise<Figure> {
  const known: number[] = []
  const unknown: number[] = []
  for (let i = 0; i < PAIRS; i++) {
    known.push(await timeOf(server, loginShot(emailOf(i), 'not the password', 70_000 + i)))
    unknown.push(await timeOf(server, loginShot(`nobody${i}@example.com`, 'not the password', 80_000 + i)))
  }
  const gap = Math.abs(median(known) - median(unknown))
  const share = gap / median(known)
  return {
    mark: '',
    name: 'Login: wrong password, against no such account',
    figure: `${spelled(gap, 2)} ms apart, ${spelled(share * 100, 1)} % (${spelled(median(known), 1)} and ${spelled(median(unknown), 1)} ms)`,
    target: '< 2 ms or 5 %',
    ok: gap < 2 || share < 0.05,
  }
}

async function timeOf({ url }: Running, { method = 'GET', path, headers, body }: Shot): Promise<number> {
  const began = performance.now()
  const response = await fetch(url + path, { method, headers, redirect: 'manual', ...(body ? { body } : {}) })
  await response.text()
  if (response.status >= 429) throw new Error(`A login was answered with ${response.status}.`)
  return performance.now() - began
}
