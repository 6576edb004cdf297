import { type Opened, older, openedIn } from '#features/tasks/pages.ts'
import { rowTemplates, taskRow } from '#features/tasks/rows.ts'
import type { Seen } from '#features/tasks/seen.ts'
import { selectBar, selectTool } from '#features/tasks/select.ts'
import { type Html, html, nothing } from '#web/html.ts'
import type { Page } from '#web/layout.ts'
import { searchField } from '#web/search-field.ts'
import type { Group, Part, Results } from './searching.ts'

/** All that a page of found tasks shows. */
export type Shown = {
  /** What was found; undefined when nothing was asked or when it could not be read. */
  results: Results | undefined
  /** The path of the page, and what its links carry besides where they go on. */
  path: string
  query: [name: string, value: string][]
  /** Where this page goes on; undefined at the top. */
  after: { id: string; part: Part } | undefined
  /** Whether completed tasks were asked for beside the text. */
  completed: boolean
  opened: Opened
  seen: Seen
}

/** The search: one field, for words and for filters, and what was found. */
export const searchPage = (shown: Shown, { text, problem }: { text: string; problem: string | undefined }): Page => ({
  title: text === '' ? 'Search' : `${text.slice(0, 60)} · Search`,
  lists: shown.results?.lists ?? [],
  main: html`<div class="list-head"><h1>Search</h1>${tools(shown)}</div>
    ${searchField({ text, problem, completed: shown.completed, focus: text === '' || problem !== undefined })}
    ${selectBar(shown.opened)} ${shown.results ? found(shown, shown.results, nothingFound(shown.results)) : nothing}
    ${shown.results || shown.after ? nothing : help}
    ${shown.results && !shown.after && text !== '' ? saveLink(text) : nothing}
    ${rowTemplates({ isLogbook: true })}`,
})

/** What can be done with all that was found. */
export function tools({ results, opened, ...shown }: Shown): Html {
  const count = (results?.open?.rows.length ?? 0) + (results?.done?.rows.length ?? 0)
  return count === 0 ? nothing : html`<div class="tools">${selectTool(opened, hereOf(shown))}</div>`
}

/** What was found: the open tasks, below them the completed ones if they were asked for, and a way to the next page. */
export function found(shown: Shown, results: Results, empty: Html): Html {
  const { after } = shown
  const { open, done } = results
  if (after) {
    const group = after.part.startsWith('done') ? done : open
    return html`<p class="lead"><a href="${addressOf(shown, [])}">Back to the first tasks</a></p>
      <turbo-frame id="after_${after.id}" target="_top">${group ? rowsOf(shown, group) : nothing}</turbo-frame>
      <p class="empty">Nothing more.</p>`
  }
  return html`${open ? rowsOf(shown, open) : nothing}
    ${done ? html`<h2 class="group">Completed</h2>${rowsOf(shown, done, 'done')}` : nothing}
    ${done?.rows.length === 0 && open && open.rows.length > 0 ? noneCompleted : nothing}
    ${empty} ${open ? completedFold(shown, done !== undefined) : nothing}`
}

/** How to write what one is looking for. */
export const help = html`<section class="syntax">
    <h2 class="group">What can be asked</h2>
    <table>
      <thead><tr><th scope="col">Write</th><th scope="col">To see</th></tr></thead>
      <tbody>
        ${[
          ['oat milk', 'tasks with both words in their title or notes; the beginning of a word is enough'],
          ['"oat milk"', 'whole words next to each other'],
          ['today | overdue', 'what is due today, or was due before'],
          ['p1 & @phone', 'priority 1 with the label “phone”'],
          ['#Work & !@waiting', 'the list “Work”, without the label “waiting”'],
          ['#"Big project" /Next', 'a section of a list; names of several words stand in quotes'],
          ['due before: friday', 'days, also with after: and for deadline, start, created and completed'],
          ['next 7 days', 'what is due from today on'],
          ['no date & no label', 'what has none; also no deadline, no section, no priority, no notes'],
          ['repeating | subtask', 'tasks of these kinds'],
          ['completed & text: invoice', 'completed tasks too, once the filter speaks of them'],
          ['(p1 | p2) & +me', 'what belongs together, and who it is assigned to'],
        ].map(
          ([write, see]) =>
            html`<tr><td><a href="/search?q=${encodeURIComponent(write!)}"><code>${write}</code></a></td><td>${see}</td></tr>`,
        )}
      </tbody>
    </table>
  </section>`

const noneCompleted = html`<p class="foot-note">No completed task matches.</p>`

const nothingFound = ({ isFilter }: Results): Html =>
  isFilter
    ? html`<p class="empty"><b>No task matches.</b> Leave out a condition, or put <code>|</code> between two of which one is enough.</p>`
    : html`<p class="empty"><b>Nothing found.</b> Try fewer words, or only the beginning of one. Completed tasks are looked at when you ask for them.</p>`

const saveLink = (text: string): Html =>
  html`<p class="foot-note"><a href="/filters?query=${encodeURIComponent(text)}">Save this search as a filter</a></p>`

function rowsOf(
  shown: Shown,
  { rows, next }: Group,
  keeps = shown.after?.part.startsWith('done') ? 'done' : 'open',
): Html {
  const { opened, seen } = shown
  const here = hereOf(shown)
  return html`<ul class="tasks" data-keeps="${keeps}" data-mixed="lists">${rows.map((row) =>
    taskRow(row, seen, { here, ...openedIn(row.id, opened) }),
  )}</ul>${next ? older(next.id, addressOf(shown, cursorOf(next)), 'More tasks') : nothing}`
}

// Without script it is a link; the page behind it is the same with one group more.
function completedFold(shown: Shown, isShown: boolean): Html {
  if (isShown && !shown.completed) return nothing
  const query = shown.query.filter(([name]) => name !== 'completed')
  const address = addressOf({ ...shown, query: isShown ? query : [...query, ['completed', 'on']] }, [])
  return html`<p class="foot-note"><a href="${address}">${isShown ? 'Hide completed tasks' : 'Look among completed tasks too'}</a></p>`
}

/** The address of the page up to the `?` or `&`. */
const hereOf = ({ after, ...shown }: Pick<Shown, 'path' | 'query' | 'after'>): string =>
  addressOf(shown, after ? cursorOf(after) : []).replace(/([^?])$/, '$1&')

const cursorOf = ({ id, part }: { id: string; part: Part }): [string, string][] => [
  ['after', id],
  ['part', part],
]

const addressOf = ({ path, query }: Pick<Shown, 'path' | 'query'>, more: [string, string][]): string =>
  `${path}?${new URLSearchParams([...query, ...more])}`
