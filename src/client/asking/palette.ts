import * as Turbo from '@hotwired/turbo'
import { type Command, KEYBOARD } from '#core/keyboard.ts'
import { BACKGROUND } from '../refresh.ts'
import { type Choice, choose, matching } from './choose.ts'

const MOST_TASKS = 10

/**
 * Asks where to go or what to do: every place of the sidebar, every command of the keyboard map, and the tasks in which
 * the words stand. `run` does a command.
 */
export function openPalette(run: (command: Command) => unknown): void {
  const known = [...places(), ...actions(run)]
  choose({
    label: 'Go to, find or do',
    choices: (text) => matching(known, text).concat(text === '' ? [] : searchFor(text)),
    later: tasksWith,
    none: 'There is nothing like that.',
  })
}

const visit = (address: string) => (): void => Turbo.visit(address)

function places(): Choice[] {
  const links = [...document.querySelectorAll<HTMLAnchorElement>('.side a[href^="/"]')]
  // Some stand there twice, for the bar of a phone.
  const names = new Map(links.map((link) => [link.getAttribute('href') ?? '/', nameOf(link)]))
  return [...names].map(([address, name]) => ({ name, about: 'Go to', pick: visit(address) }))
}

/** What the link is called: what stands in it, without its count. */
function nameOf(link: Element): string {
  const called = link.getAttribute('aria-label')
  if (called !== null) return called
  const copy = link.cloneNode(true) as Element
  for (const count of copy.querySelectorAll('.count, .unseen')) count.remove()
  return copy.textContent?.replace(/\s+/g, ' ').trim() ?? ''
}

function actions(run: (command: Command) => unknown): Choice[] {
  const all = KEYBOARD.flatMap(({ shortcuts }) => shortcuts).filter(({ does }) => !ELSEWHERE.test(does))
  const byKey = all.map(({ does, words, keys }) => ({ name: words, keys: keys[0], pick: () => void run(does) }))
  const logout = document.querySelector<HTMLFormElement>('form.logout')
  return [...byKey, ...(logout ? [{ name: 'Log out', pick: () => logout.requestSubmit() }] : [])]
}

/** What the palette is itself, has by another name, or what needs a field or a frame. */
const ELSEWHERE = /^(palette|go-.*|save|close|up|down|open)$/

const searchFor = (text: string): Choice => ({
  name: `Search for “${text}”`,
  pick: visit(`/search?q=${encodeURIComponent(text)}`),
})

/** The first tasks that the server finds. Without a network there are none. */
async function tasksWith(text: string, signal: AbortSignal): Promise<Choice[]> {
  const headers = { ...BACKGROUND, Accept: 'text/html' }
  const answer = await fetch(`/search?q=${encodeURIComponent(text)}`, { headers, signal })
  if (!answer.ok) return []
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html')
  return [...page.querySelectorAll<HTMLAnchorElement>('main .task .title')].slice(0, MOST_TASKS).map((link) => ({
    name: link.textContent ?? '',
    about: link.closest('.task')?.querySelector('.of-list')?.textContent ?? 'Task',
    pick: visit(link.getAttribute('href') ?? '/'),
  }))
}
