import { expect, test } from 'bun:test'
import { Permits } from '#crypto/permits.ts'

/** A piece of work that ends when it is told to. */
function work() {
  let end!: () => void
  const ended = new Promise<void>((resolve) => {
    end = resolve
  })
  let began = false
  return {
    run: () => {
      began = true
      return ended
    },
    end: () => end(),
    get began() {
      return began
    },
  }
}

test('so many run at once, the others in the order in which they came', async () => {
  const permits = new Permits(2, 10, 1000)
  const all = Array.from({ length: 5 }, work)
  const runs = all.map((one) => permits.run(one.run))
  await Bun.sleep(0)
  expect(all.map((one) => one.began)).toEqual([true, true, false, false, false])
  all[1]!.end()
  await runs[1]
  await Bun.sleep(0)
  expect(all.map((one) => one.began)).toEqual([true, true, true, false, false])
  for (const one of all) one.end()
  await Promise.all(runs)
})

test('when too many wait, the next is refused before anything is spent on it, and hears of it a little later', async () => {
  const permits = new Permits(1, 1, 1000)
  const [first, second] = [work(), work()]
  const runs = [permits.run(first.run), permits.run(second.run)]
  const asked = performance.now()
  const refused = permits.refuseWhenFull().catch((error: Error) => error.message)
  expect(permits.run(async () => {})).rejects.toMatchObject({ reason: 'busy', details: { retryAfterSeconds: 3 } })
  first.end()
  second.end()
  await Promise.all(runs)
  await permits.refuseWhenFull()
  expect(await refused).toStartWith('Too many people are logging in')
  expect(performance.now() - asked).toBeGreaterThan(900)
})

test('who waits too long is refused, and whoever stands behind moves up', async () => {
  const permits = new Permits(1, 5, 20)
  const long = work()
  const first = permits.run(long.run)
  expect(permits.run(async () => 'late')).rejects.toMatchObject({ reason: 'busy' })
  await Bun.sleep(40)
  const third = permits.run(async () => 'in time')
  long.end()
  await first
  expect(await third).toBe('in time')
})

test('work that fails gives its permit back', async () => {
  const permits = new Permits(1, 0, 10)
  for (let i = 0; i < 3; i++) expect(permits.run(() => Promise.reject(new Error('no')))).rejects.toThrow()
  await Bun.sleep(0)
  expect(await permits.run(async () => 'yes')).toBe('yes')
})
