import { here, person } from '../page.ts'
import { leaveOpened, rowOf } from '../rows.ts'
import { announce } from './saying.ts'

type Text = HTMLInputElement | HTMLTextAreaElement
/** Texts by page, and in it by form and field. */
type Drafts = Record<string, Record<string, string>>

const SETTLES_MS = 300
const QUESTION = 'What you have typed is not saved, and this browser does not keep it. Leave the page?'
const BACK = 'What you had typed here is back. It is not saved yet.'

/**
 * Keeps what is half-typed: a page that is morphed leaves such a form alone; a page that is left, loaded anew, or whose
 * session ends gives the text back when its person sees it again in this tab. Passwords are never kept.
 */
export function startDrafts(): void {
  document.addEventListener('turbo:before-morph-element', guard)
  // The answer to a form that was refused is morphed in too: it holds what was typed, and says what is wrong with it.
  document.addEventListener('turbo:submit-end', (event) => {
    isAnswer = (event as CustomEvent<{ success?: boolean }>).detail.success === false
  })
  document.addEventListener('turbo:render', () => {
    isAnswer = false
    sent = undefined
  })
  startKeeping()
}

/** True when something in the form differs from what the server put there. */
export function isDirty(form: HTMLFormElement): boolean {
  for (const field of form.elements) {
    if (field instanceof HTMLTextAreaElement && field.value !== field.defaultValue) return true
    if (field instanceof HTMLInputElement && field.type !== 'hidden' && isChanged(field)) return true
    if (field instanceof HTMLSelectElement && isOther(field)) return true
  }
  return false
}

/** Makes what stands in the form what it begins with. */
export function keepFilledIn(form: HTMLFormElement): void {
  for (const field of form.elements) {
    if (field instanceof HTMLTextAreaElement || field instanceof HTMLInputElement) field.defaultValue = field.value
    if (field instanceof HTMLInputElement) field.defaultChecked = field.checked
    if (field instanceof HTMLSelectElement) for (const one of field.options) one.defaultSelected = one.selected
  }
}

/** True when any form of the page is half-typed. */
export const isAnyDirty = (): boolean => [...document.forms].some(isDirty)

/** Stores the texts of this page's half-typed forms; what was sent, or is as it was, is stored no longer. */
export function keepDrafts(): void {
  const me = person()
  if (!me || page === undefined) return
  const texts: Record<string, string> = { ...unplaced }
  for (const field of textFields()) {
    if (field.value !== field.defaultValue) texts[keyOf(field)] = field.value
    else unmark(field)
  }
  const drafts = read(me)
  delete drafts[page]
  if (Object.keys(texts).length > 0) drafts[page] = texts
  write(me, drafts)
}

/** Forgets all that `leaver` had half-typed in this tab, who has logged out. */
export function forgetDrafts(leaver: string): void {
  page = undefined
  write(leaver, {})
}

/** Half-typed text of a row whose form is not open is given back by `open`, which returns false when it cannot. */
export function openRowsWith(open: (row: HTMLElement, text: string) => boolean): void {
  openRow = open
  if (giveBack(unplaced)) announce(BACK)
}

/** Keeps the half-typed text of a form that is taken away, until it is opened again. */
export function setTextAside(form: HTMLFormElement): void {
  for (const field of textFields(form)) {
    if (field.value !== field.defaultValue) unplaced[keyOf(field)] = field.value
  }
}

/** Writes what was half-typed before into a form that has just been opened, if anything was. */
export function restoreTexts(form: HTMLFormElement): void {
  for (const field of textFields(form)) {
    const text = unplaced[keyOf(field)]
    if (text === undefined) continue
    delete unplaced[keyOf(field)]
    putBack(field, text)
  }
}

// The page that is shown: when it is left, the address has changed already. Undefined while it changes.
let page: string | undefined
// What was half-typed on it in forms that are not open now.
let unplaced: Record<string, string> = {}
let openRow: ((row: HTMLElement, text: string) => boolean) | undefined
let isLosing = false
let isAnswer = false
// The form that was sent: on the page that comes it stands ready for the next.
let sent: HTMLFormElement | undefined
let timer: ReturnType<typeof setTimeout> | undefined

function startKeeping(): void {
  arrive()
  document.addEventListener('input', keepSoon)
  // When those who take the form over have done so.
  document.addEventListener('submit', () => setTimeout(keepDrafts))
  document.addEventListener('turbo:submit-end', saved)
  // Before anybody tidies the page up.
  document.addEventListener('turbo:before-cache', leave, true)
  document.addEventListener('turbo:before-render', (event) => isOtherPage(event) && leave(), true)
  document.addEventListener('turbo:render', (event) => isOtherPage(event) && arrive())
  document.addEventListener('turbo:load', () => here() !== page && arrive())
  document.addEventListener('turbo:frame-load', () => giveBack(unplaced))
  addEventListener('pagehide', keepDrafts)
  addEventListener('beforeunload', (event) => isLost() && event.preventDefault())
  document.addEventListener('turbo:before-visit', (event) => {
    const { url } = (event as CustomEvent<{ url: string }>).detail
    // A page that is refreshed leaves it alone.
    if (url !== location.href && isLost() && !confirm(QUESTION)) event.preventDefault()
  })
}

/** True when this browser keeps nothing, and something is half-typed. */
function isLost(): boolean {
  keepDrafts()
  return isLosing && isAnyDirty()
}

function keepSoon(): void {
  clearTimeout(timer)
  timer = setTimeout(keepDrafts, SETTLES_MS)
}

function leave(): void {
  keepDrafts()
  page = undefined
}

function arrive(): void {
  const me = person()
  page = here()
  unplaced = {}
  const texts = (me && read(me)[page]) || {}
  if (giveBack(texts)) announce(BACK)
}

/** Writes the texts into their fields; those whose field is not there wait for it. True when something was written. */
function giveBack(texts: Record<string, string>): boolean {
  const left = { ...texts }
  let isBack = false
  for (const field of textFields()) {
    const text = left[keyOf(field)]
    delete left[keyOf(field)]
    // Newer words stay.
    if (text === undefined || (field.value !== field.defaultValue && field.value !== text)) continue
    isBack = putBack(field, text) || isBack
  }
  unplaced = left
  for (const key of Object.keys(left)) isBack = giveBackInRow(key) || isBack
  return isBack
}

/** A row's title that was being changed is opened once more. */
function giveBackInRow(key: string): boolean {
  const [, id = ''] = /^\/tasks\/([^/]+)\/edit title$/.exec(key) ?? []
  const row = rowOf(id)
  const text = unplaced[key]
  if (!row || !openRow || text === undefined || document.querySelector('.task form.rename')) return false
  if (!openRow(row, text)) return false
  delete unplaced[key]
  const field = row.querySelector<HTMLInputElement>('form.rename input[name="title"]')
  return !!field && putBack(field, text)
}

function putBack(field: Text, text: string): boolean {
  field.value = text
  if (field.value === field.defaultValue) return false
  field.dataset.unsaved = ''
  field.setAttribute('aria-description', 'Not saved yet')
  return true
}

function unmark(field: Text): void {
  if (field.dataset.unsaved === undefined) return
  delete field.dataset.unsaved
  field.removeAttribute('aria-description')
}

/** What a form of the usual kind has sent is no draft. */
function saved(event: Event): void {
  const { success } = (event as CustomEvent<{ success?: boolean }>).detail
  if (!success || !(event.target instanceof HTMLFormElement)) return
  for (const field of textFields(event.target)) field.defaultValue = field.value
  sent = event.target
}

const isOtherPage = (event: Event): boolean =>
  (event as CustomEvent<{ renderMethod: string }>).detail.renderMethod !== 'morph'

// Another person who logs in here meanwhile neither sees it nor sweeps it away.
const draftsOf = (person: string): string => `drafts-${person}`

function read(me: string): Drafts {
  try {
    return JSON.parse(sessionStorage.getItem(draftsOf(me)) ?? '{}') as Drafts
  } catch {
    return {}
  }
}

function write(me: string, drafts: Drafts): void {
  try {
    if (Object.keys(drafts).length > 0) sessionStorage.setItem(draftsOf(me), JSON.stringify(drafts))
    else sessionStorage.removeItem(draftsOf(me))
    isLosing = false
  } catch {
    isLosing = true
  }
}

// Skipping an element skips all that is in it.
function guard(event: Event): void {
  if (isAnswer) return
  const { currentElement, newElement } = (event as CustomEvent<{ currentElement: Element; newElement?: Element }>)
    .detail
  if (currentElement instanceof HTMLFormElement && isBusy(currentElement)) event.preventDefault()
  else if (currentElement.matches('.task') && leaveOpened(currentElement)) event.preventDefault()
  else if (!newElement && [...currentElement.querySelectorAll('form')].some(isBusy)) event.preventDefault()
}

const isBusy = (form: HTMLFormElement): boolean => isDirty(form) || (form !== sent && isTypingIn(form))

function isTypingIn(form: HTMLFormElement): boolean {
  const active = document.activeElement
  return form.contains(active) && !!active?.matches('input:not([type="checkbox"], [type="radio"]), textarea, select')
}

const isChanged = (field: HTMLInputElement): boolean =>
  field.type === 'checkbox' || field.type === 'radio'
    ? field.checked !== field.defaultChecked
    : field.value !== field.defaultValue

// A select without a chosen default shows its first option.
function isOther(field: HTMLSelectElement): boolean {
  const chosen = [...field.options].findIndex((option) => option.defaultSelected)
  return field.selectedIndex !== (chosen < 0 && field.type === 'select-one' ? 0 : chosen)
}

// Passwords and codes are never stored.
const textFields = (within: ParentNode = document): Text[] => [
  ...within.querySelectorAll<Text>(
    'form[method] :is(textarea, input:not([type]), input[type="text"]:not([autocomplete="one-time-code"]))',
  ),
]

const keyOf = (field: Text): string => `${field.form?.getAttribute('action')} ${field.name}`
