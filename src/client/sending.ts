import { alone } from './alone.ts'
import { isWorthKeeping, settleAnswer } from './answered.ts'
import { type Answer, backOffMs, meaningOf, retryAfterMs } from './answers.ts'
import { hear, type Trouble, tell } from './channel.ts'
import { setTrouble, trouble, waiting } from './controllers/waiting.ts'
import { isEnding, leaver, signedOut, someoneElse } from './endings.ts'
import { person, sleep } from './page.ts'
import { countOf, type Entry, firstEntry, forget, setAside } from './queue.ts'
import { refreshSoon } from './refresh.ts'

const TIMEOUT_MS = 30_000
const STUCK_TRIES = 4
// After this long without news from the tab that sends, another one tries.
const TAKE_OVER_MS = 15_000
// Browsers refuse more than 64 kB in requests that may outlive their page.
const KEEPALIVE_BYTES = 30_000

/** Sends whenever there is hope: the network is back, somebody looks, the tab that sent may be gone. */
export function startSending(): void {
  addEventListener('online', () => void drain())
  document.addEventListener('visibilitychange', () => void (document.visibilityState === 'visible' && drain()))
  setInterval(() => void (waiting() > 0 && !retryTimer && drain()), TAKE_OVER_MS)
  hear((message) => {
    if (message.type === 'trouble') noteTrouble(message.trouble)
  })
}

/** Sends what waits, strictly in order, one at a time, one tab for all. */
export async function drain(): Promise<void> {
  if (draining) {
    again = true
    return
  }
  draining = true
  do {
    again = false
    if (Date.now() >= notBefore) await alone('outbox', sendAll).catch(() => later(undefined))
  } while (again)
  draining = false
}

/** Resolves when nothing waits (true), or when one more try failed or `ms` milliseconds have passed (false). */
export async function drained(ms: number): Promise<boolean> {
  const until = Date.now() + ms
  const triesBefore = tries
  void drain()
  for (;;) {
    const me = person()
    if (!me || (await countOf(me)) === 0) return true
    if (Date.now() >= until || tries > triesBefore) return false
    await sleep(50)
  }
}

let tries = 0
let stuckTries = 0
let notBefore = 0
let draining = false
let again = false

async function sendAll(lost: AbortSignal): Promise<void> {
  const me = person()
  while (me && !lost.aborted && !isEnding() && leaver() !== me) {
    const entry = await firstEntry(me)
    if (!entry) return
    const answer = await send(entry)
    if (!answer) return later(undefined, 'offline')
    const meaning = meaningOf(answer)
    if (meaning === 'signed-out') return signedOut()
    // It stays in the queue of its person, who may log in here again.
    if (meaning === 'someone-else') return someoneElse()
    if (meaning === 'later') return later(answer.retryAfter)
    if (meaning === 'stuck' && ++stuckTries < STUCK_TRIES) return later(answer.retryAfter)
    await conclude(entry, answer)
  }
}

async function conclude(entry: Entry, answer: Answer): Promise<void> {
  await (isWorthKeeping(entry, answer) ? setAside(entry) : forget(entry))
  tries = 0
  stuckTries = 0
  noteTrouble(undefined)
  tell({ type: 'trouble', trouble: undefined })
  tell({ type: 'answer', id: entry.id, answer })
  settleAnswer(entry.id, answer)
}

async function send(entry: Entry): Promise<Answer | undefined> {
  const body = new URLSearchParams(entry.fields).toString()
  const ask = () =>
    fetch(entry.action, {
      method: 'POST',
      body,
      headers: {
        'Content-Type': 'application/x-www-form-urlencoded;charset=UTF-8',
        'X-Outbox': entry.person,
        'Idempotency-Key': entry.id,
        Accept: 'text/vnd.turbo-stream.html',
      },
      redirect: 'manual',
      keepalive: body.length < KEEPALIVE_BYTES,
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
  try {
    let response = await ask()
    if (response.status === 401) {
      // Crossing a rotation of the session's cookie gives one 401: the second try carries the new one.
      await sleep(300)
      response = await ask()
    }
    return await answerOf(response)
  } catch {
    return undefined
  }
}

async function answerOf(response: Response): Promise<Answer> {
  const next = response.headers.get('X-Outbox-Next')
  const retryAfter = retryAfterMs(response.headers.get('Retry-After'), Date.now())
  return {
    status: response.status,
    type: response.headers.get('Content-Type') ?? '',
    body: await response.text(),
    ofOther: response.headers.get('X-Outbox-Owner') === 'other',
    ...(retryAfter === undefined ? {} : { retryAfter }),
    ...(next === null ? {} : { next }),
  }
}

/** Nothing can be sent now: try again when the server said, or after a growing while. */
function later(retryAfter: number | undefined, why: Trouble = 'server'): void {
  tries++
  const wait = retryAfter ?? backOffMs(tries, Math.random())
  // Only a wish of the server is a wall; a new change, or the network coming back, tries at once.
  notBefore = retryAfter === undefined ? 0 : Date.now() + retryAfter
  again = false
  retryIn(wait)
  noteTrouble(why)
  tell({ type: 'trouble', trouble: why })
}

let retryTimer: ReturnType<typeof setTimeout> | undefined

function retryIn(ms: number): void {
  clearTimeout(retryTimer)
  retryTimer = setTimeout(() => {
    retryTimer = undefined
    void drain()
  }, ms)
}

/** What others did while nothing could be sent was not heard either. */
function noteTrouble(now: Trouble): void {
  if (trouble() && !now) refreshSoon()
  setTrouble(now)
}
