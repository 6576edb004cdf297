import { alone } from '../alone.ts'
import { hear, tell } from '../channel.ts'
import { isEnding } from '../endings.ts'
import { isMine } from '../outbox.ts'
import { listsHere, person, sleep } from '../page.ts'
import { fetchHere, refreshSoon } from '../refresh.ts'

const FIRST_WAIT_MS = 3000
const LONGEST_WAIT_MS = 60_000

/**
 * Hears what changes elsewhere. One tab of the browser holds the stream (a browser opens only six connections to a
 * plain http server) and tells the others.
 */
export function startLive(): void {
  if (!person() || !('EventSource' in globalThis)) return
  hear((message) => {
    if (message.type === 'change') onChange(message.op, message.lists)
    else if (message.type === 'refresh') onRefresh()
  })
  addEventListener('pagehide', () => leave.abort())
  window.addEventListener('pageshow', (event) => void (event.persisted && begin()))
  begin()
}

let leave = new AbortController()

function begin(): void {
  leave = new AbortController()
  // A page that is unloaded while it waits for its turn is refused it.
  alone('live', (lost) => listenOn(AbortSignal.any([lost, leave.signal]))).catch(() => undefined)
}

async function listenOn(lost: AbortSignal): Promise<void> {
  let wait = FIRST_WAIT_MS
  let isFirst = true
  while (!lost.aborted && person() && !isEnding()) {
    const opened = await listen(lost, isFirst)
    if (opened) wait = FIRST_WAIT_MS
    isFirst = false
    if (lost.aborted) return
    // The browser gave up, or the server said that the session is over (for this cookie: the browser may have a newer
    // one by now). Asking for the page tells, and acts upon it.
    if (!(await fetchHere())) wait = Math.min(wait * 2, LONGEST_WAIT_MS)
    await sleep(wait)
  }
}

/** One stream, from its opening until the browser gives it up. True when it had opened. */
function listen(lost: AbortSignal, isFirst: boolean): Promise<boolean> {
  return new Promise((resolve) => {
    const source = new EventSource('/events')
    let opened = false
    const end = () => {
      source.close()
      resolve(opened)
    }
    lost.addEventListener('abort', end)
    source.onopen = () => {
      // What happened while nobody listened is not told again.
      if (opened || !isFirst) everywhere()
      opened = true
    }
    source.onerror = () => source.readyState === EventSource.CLOSED && end()
    source.addEventListener('change', (event) => {
      const lists = JSON.parse(event.data) as string[]
      tell({ type: 'change', op: event.lastEventId, lists })
      onChange(event.lastEventId, lists)
    })
    source.addEventListener('refresh', everywhere)
    source.addEventListener('end', end)
  })
}

function everywhere(): void {
  tell({ type: 'refresh' })
  onRefresh()
}

function onChange(op: string, lists: string[]): void {
  const here = listsHere()
  if (!isMine(op) && lists.some((list) => here.includes(list))) refreshSoon()
}

function onRefresh(): void {
  if (listsHere().length > 0) refreshSoon()
}
