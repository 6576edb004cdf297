import type { Form, Problems } from '#web/forms.ts'
import { type Html, html, nothing } from '#web/html.ts'
import type { Page } from '#web/layout.ts'
import {
  addAbove,
  addTo,
  type Listing,
  listHead,
  mayAdd,
  moreOf,
  newSection,
  placeOf,
  rowsOf,
  type ShownGroup,
  sectionHead,
  strayProblem,
} from './list-page.ts'
import { rowTemplates } from './rows.ts'
import { selectBar } from './select.ts'

/** What a board shows: a list without what is out of sight in it. */
export type Board = Omit<Listing, 'laterTasks' | 'done'> & {
  /** The address of the board. */
  board: string
}

/** A list as a board: what stands above the first section, then each section, beside each other. */
export const boardPage = (board: Board, form: Form, problems: Problems): Page => ({
  title: board.list.name,
  lists: [board.list.id],
  place: board.base,
  look: 'wide',
  main: html`${listHead(board, 'board')}${selectBar(board.opened)} ${strayProblem(board, problems)}
    <div class="board">${board.groups.map((group) => column(board, group, form, problems))}${
      mayAdd(board.list) ? html`<div class="column new">${newSection(board)}</div>` : nothing
    }</div>
    ${rowTemplates()}`,
})

function column(board: Board, group: ShownGroup, form: Form, problems: Problems): Html {
  // Links of a row lead back to the board; the rows that follow come from the page of the list.
  const here = { ...board, base: board.board }
  const section = board.sections.find(({ id }) => id === group.section)
  if (!section)
    return html`<section class="column" id="part_none" aria-labelledby="section_none"><div class="section-head"><h2 id="section_none">${
      board.sections.length === 0 ? 'To do' : 'No section'
    }</h2></div>${mayAdd(board.list) ? addAbove(board, form, problems) : nothing}<ul class="tasks" id="tasks" data-keeps="open">${rowsOf(here, group)}</ul>${moreOf(board, group)}</section>`
  return html`<section class="column" id="part_${section.id}"${placeOf(board, section)} aria-labelledby="section_${section.id}">${sectionHead(board, section)}<ul class="tasks" id="tasks_${section.id}" data-keeps="open" data-section="${section.id}">${rowsOf(here, group)}</ul>${moreOf(board, group)}${
    mayAdd(board.list) && section.deleted_at === null
      ? addTo(board, section.id, group.freshId, form, problems)
      : nothing
  }</section>`
}
