import { alone } from '../alone.ts'
import { hear, tell } from '../channel.ts'
import {
  isEnding,
  isStillThisPerson,
  leaveForGood,
  leaver,
  noteLeaver,
  signedOut,
  someoneElse,
  wipePages,
} from '../endings.ts'
import { mainPart, person, sleep } from '../page.ts'
import { BACKGROUND, isLoginPage, refreshSoon } from '../refresh.ts'
import { drained } from '../sending.ts'
import { forgetDrafts, isAnyDirty } from './draft.ts'
import { notice } from './notices.ts'

const SEND_MS = 8000
const ASK_MS = 4000
const AGAIN_MS = 5000

/**
 * Logging out: as long as the server takes it, what waits is sent first; then the form goes to the server as any form,
 * and the device forgets. From the moment it is noted that somebody leaves, no tab sends anything more of theirs.
 * Without a network the device forgets at once, in every tab, and the server is told to log out before anything else
 * when the network is back: what could not be sent waits for the next login.
 * Returns false when this page must not be used because somebody is on their way out.
 */
export function startLeaving(): boolean {
  document.addEventListener('submit', onSubmit, true)
  window.addEventListener('pageshow', (event) => void (event.persisted && onReturn()))
  hear((message) => {
    if (message.type === 'left') goAfter(message.person)
    else if (message.type === 'leaving' && message.person === person()) void leaveWithoutNetwork(message.person, false)
    else if (message.type === 'signed-out') void signedOut(false)
    else if (message.type === 'person' && person() && message.person !== person()) someoneElse()
  })
  const leaving = leaver()
  if (!leaving) return true
  if (leaving === person() || isOfflinePage()) {
    void leaveWithoutNetwork(leaving)
    return false
  }
  void arrive(leaving)
  return true
}

function onSubmit(event: SubmitEvent): void {
  const form = event.target as HTMLFormElement
  if (!form.matches('form.logout')) return
  event.preventDefault()
  if (!isLeaving) void leave(form)
}

let isLeaving = false

async function leave(form: HTMLFormElement): Promise<void> {
  isLeaving = true
  const patience = setTimeout(() => notice('leaving', 'Sending your last changes…'), 300)
  await drained(SEND_MS)
  clearTimeout(patience)
  const me = person()
  if (isEnding() || !me) return
  noteLeaver(me)
  await wipePages()
  // A form that is sent without a network would end on the browser's error page, still logged in.
  if (!(await isReachable())) return leaveWithoutNetwork(me)
  form.submit()
}

/** A page for strangers after a logout: the device forgets what is left, and the other tabs follow. */
async function arrive(leaving: string): Promise<void> {
  noteLeaver(undefined)
  // Somebody else has logged in since: that is no logout of theirs.
  if (person() && person() !== leaving) return
  forgetDrafts(leaving)
  await wipePages()
  tell({ type: 'left', person: leaving })
}

/** Another tab has logged `leaving` out. */
function goAfter(leaving: string): void {
  leaveForGood()
  forgetDrafts(leaving)
  location.assign('/login')
}

/** The page goes now; the server is told as soon as it can be reached, before anything else. */
async function leaveWithoutNetwork(me: string, isNews = true): Promise<void> {
  leaveForGood()
  noteLeaver(me)
  if (isNews) tell({ type: 'leaving', person: me })
  forgetDrafts(me)
  drawGoodbye()
  await wipePages()
  const isNoted = leaver() === me
  await alone('leaving', async () => {
    // Another tab has told it by now, and somebody may have logged in since.
    if (isNoted && leaver() !== me) return
    while (!(await tellServer())) await Promise.race([sleep(AGAIN_MS), network()])
    noteLeaver(undefined)
    tell({ type: 'left', person: me })
  })
  location.replace('/login')
}

const network = (): Promise<unknown> => new Promise((resolve) => addEventListener('online', resolve, { once: true }))

/** Logs out on the server. Only the way to the login page says that it did: anybody on the line can say something else. */
async function tellServer(): Promise<boolean> {
  const answer = await fetch('/logout', { method: 'POST', headers: BACKGROUND }).catch(() => undefined)
  return !!answer && isLoginPage(answer)
}

function drawGoodbye(): void {
  const card = document.createElement('main')
  card.id = 'main'
  card.className = 'card'
  const heading = document.createElement('h1')
  heading.textContent = 'You are logged out on this device'
  const words = document.createElement('p')
  words.setAttribute('role', 'status')
  words.textContent =
    'There is no network. The server is told as soon as it can be reached: leave this page open, or open it again. Changes that were not sent yet stay on this device, and are sent when you log in here again.'
  card.append(heading, words)
  document.title = document.title.replace(/^.* · /, 'Logged out · ')
  document.body.className = 'door'
  document.body.replaceChildren(card)
}

/** The browser shows a page as it was when it was left: it may be somebody's who is not here any more. */
function onReturn(): void {
  if (isStillThisPerson() && isAnyDirty()) refreshSoon()
  else location.reload()
}

const isReachable = (): Promise<boolean> =>
  fetch('/up', { cache: 'no-store', signal: AbortSignal.timeout(ASK_MS) }).then(
    () => true,
    () => false,
  )

const isOfflinePage = (): boolean => mainPart()?.dataset.offline !== undefined
