import { branchOf } from '../branches.ts'
import type { Effect } from '../change.ts'
import { isDone, rowOf, setDone, settleRow, turn } from '../rows.ts'
import { pageOf, placesOf } from './page.ts'

/** A task is completed with all its parts; it is reopened alone. */
export function finish(id: string, done: boolean): Effect | undefined {
  const row = rowOf(id)
  if (!row) return finishOnItsPage(id, done)
  const rows = (done ? branchOf(row) : [row]).filter((one) => isDone(one) !== done)
  if (!rows.includes(row)) return undefined
  const back = placesOf(rows)
  for (const one of rows) show(one, done)
  return {
    delta: done ? -rows.length : rows.length,
    takeBack: () => {
      const stand = rows.map(({ id }) => document.getElementById(id))
      if (stand.includes(null)) back()
      for (const { id } of rows) show(document.getElementById(id), !done)
    },
  }
}

function show(row: HTMLElement | null, done: boolean): void {
  if (!row) return
  setDone(row, done)
  settleRow(row)
}

function finishOnItsPage(id: string, done: boolean): Effect | undefined {
  const form = pageOf(id)?.querySelector<HTMLFormElement>(`form[data-outbox="${done ? 'complete' : 'reopen'}"]`)
  if (!form) return undefined
  const showOnPage = (now: boolean) => {
    turn(form, id, now)
    nameButton(form.querySelector('button'), now ? 'Reopen' : 'Complete')
    pageOf(id)?.classList.toggle('done', now)
  }
  showOnPage(done)
  return { delta: done ? -1 : 1, takeBack: () => showOnPage(!done) }
}

/** The round button has no words of its own: its label has the title in it. */
function nameButton(button: HTMLButtonElement | null, word: string): void {
  if (button?.matches('.check'))
    button.setAttribute('aria-label', `${word} ${document.querySelector('h1')?.textContent}`)
  else if (button) button.textContent = word
}
