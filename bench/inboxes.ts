import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../bin/install.mjs'
import { type Bench, type Figure, inboxShots, type Place, placeWith, startApp } from './bench.ts'
import { startFlask, whyNoFlask } from './flask.ts'
import type { Plan } from './limit.ts'
import type { Shot } from './load.ts'
import { median, ratioOf, spelled } from './numbers.ts'
import { ask, cpuMicros, fromSource, type Running, startServer } from './processes.ts'
import { TITLES } from './titles.ts'
import type { Visit } from './visits.ts'

const MANY_PEOPLE = 100_000
const ROUNDS = 4
const SECONDS = 2
const CLIENTS = 16

type Side = { server: Running; shots: Shot[] }
/** Per request, in each round. */
type Spent = { micros: number[]; perSecond: number[] }

/**
 * What an Inbox of 25 tasks costs: of the app, of the limit, of the app with a hundred times as many people, and of the
 * lesson's app. They are measured in turn, a few seconds each, so that whatever else happens on the machine meets all of them.
 */
export async function measureInboxes(bench: Bench): Promise<Figure[]> {
  const many = await placeWith(bench, MANY_PEOPLE)
  const noFlask = await whyNoFlask()
  const sides: Record<string, Side> = {
    app: await appOn(bench, bench.small),
    limit: await limitOf(bench),
    many: await appOn(bench, many),
    ...(noFlask === undefined ? { flask: await startFlask(bench, 20) } : {}),
  }
  for (const [name, side] of Object.entries(sides)) await refuseWrongPage(name, side)
  const spent = await compare(bench, sides)
  for (const { server } of Object.values(sides)) await server.stop()
  const { app, limit, flask } = spent
  const cost = ({ micros, perSecond }: Spent) => `${spelled(median(micros))} µs, ${spelled(median(perSecond))} a second`
  const toLimit = ratioOf(app!.micros, limit!.micros)
  const toMany = ratioOf(spent.many!.micros, app!.micros)
  const fromFlask = flask && ratioOf(flask.micros, app!.micros)
  return [
    {
      mark: 'a',
      name: 'Inbox, processor time, to the limit',
      figure: `${spelled(toLimit, 2)} × (${cost(app!)}; limit ${cost(limit!)})`,
      target: '≤ 3 ×',
      ok: toLimit <= 3,
    },
    fromFlask
      ? {
          mark: 'b',
          name: 'The same of Flask, to the Inbox',
          figure: `${spelled(fromFlask, 1)} × (Flask ${cost(flask)})`,
          target: '≥ 20 ×',
          ok: fromFlask >= 20,
        }
      : { mark: 'b', name: 'The same of Flask, to the Inbox', figure: noFlask!, target: '≥ 20 ×', ok: undefined },
    {
      mark: 'c',
      name: `Inbox among ${spelled(MANY_PEOPLE)} people, to ${spelled(bench.people)}`,
      figure: `${spelled(toMany, 2)} × (${cost(spent.many!)})`,
      target: '≤ 1.2 ×',
      ok: toMany <= 1.2,
    },
  ]
}

async function appOn(bench: Bench, place: Place): Promise<Side> {
  return { server: await startApp(bench, place), shots: inboxShots(place.cookies) }
}

async function limitOf({ folder, secret, small }: Bench): Promise<Side> {
  const visits = await ask<Visit[]>('visits.ts', { ...small, secret })
  const plan: Plan = { file: join(small.dir, 'get-it-done.db'), visits }
  const path = join(folder, 'limit.json')
  writeFileSync(path, JSON.stringify(plan))
  const dir = join(folder, 'limit')
  mkdirSync(dir)
  const server = await startServer([...fromSource, `${root}/bench/limit.ts`, path], {
    cwd: dir,
    env: {},
    log: join(dir, 'log'),
    ready: '/',
  })
  return { server, shots: inboxShots(small.cookies) }
}

/** Nothing is measured that does not answer with everybody's own 25 tasks. */
async function refuseWrongPage(name: string, { server, shots }: Side): Promise<void> {
  const response = await fetch(server.url, { headers: shots[0]!.headers, redirect: 'manual' })
  const rows = (await response.text()).match(/<li id="task_/g)?.length
  // The app has one more row, a model for script, in a template.
  if (response.status !== 200 || rows === undefined || rows < TITLES.length) {
    throw new Error(`The side “${name}” answered ${response.status} with ${rows} tasks.`)
  }
}

async function compare(bench: Bench, sides: Record<string, Side>): Promise<Record<string, Spent>> {
  const spent: Record<string, Spent> = Object.fromEntries(
    Object.keys(sides).map((name) => [name, { micros: [], perSecond: [] }]),
  )
  for (let round = -1; round < ROUNDS; round++) {
    for (const [name, side] of Object.entries(sides)) {
      const { micros, perSecond } = await measure(bench, side)
      // The first round only warms up.
      if (round < 0) continue
      spent[name]?.micros.push(micros)
      spent[name]?.perSecond.push(perSecond)
    }
  }
  return spent
}

async function measure({ load }: Bench, { server, shots }: Side): Promise<{ micros: number; perSecond: number }> {
  const before = cpuMicros(server.pid)
  const { done, refused, seconds } = await load(server.url, shots, { connections: CLIENTS, seconds: SECONDS })
  const micros = (cpuMicros(server.pid) - before) / done
  if (refused > 0) throw new Error(`${refused} requests for the Inbox failed.`)
  return { micros, perSecond: done / seconds }
}
