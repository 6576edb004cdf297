import type { VisibleList } from '#features/lists/lists.ts'
import { emptyForm, type Form, type Problems } from '#web/forms.ts'
import { type Html, html, nothing } from '#web/html.ts'
import { icons } from '#web/icons.ts'
import type { Page } from '#web/layout.ts'
import type { PlacedRow } from './branch-rows.ts'
import { type Later, type LaterCursor, laterInLink } from './later.ts'
import type { Cursor, Group, SectionShown } from './listing.ts'
import type { DoneRow } from './logbook.ts'
import { addForm, beginsInField, doneToday, type Opened, older, openedIn } from './pages.ts'
import { rowTemplates, taskRow } from './rows.ts'
import type { Seen } from './seen.ts'
import { selectBar, selectTool } from './select.ts'

/** All that the page of a list shows. */
export type Listing = {
  list: VisibleList
  /** The address of the page. */
  base: string
  /** The same as its own links see it: '' on the page itself, `base` where the page is shown elsewhere. */
  at: string
  sections: SectionShown[]
  /** What stands above the first section, then what stands in each. */
  groups: ShownGroup[]
  /** Tasks that start later: how many, and the rows if they are to be shown. */
  later: number
  laterTasks: Later | undefined
  /** What was completed today: how many, and the rows if they are to be shown. */
  doneToday: number
  done: DoneRow[] | undefined
  opened: Opened
  seen: Seen
  /** The id that the next section will have. */
  freshSection: string
}

/** A part of a list with the id that the next task in it will have. */
export type ShownGroup = Group & { freshId: string }

/** A list: a field for a new task, the open tasks, those of each section below its heading, and what is out of sight. */
export const listPage = (listing: Listing, form: Form, problems: Problems): Page => ({
  title: listing.list.name,
  lists: [listing.list.id],
  place: listing.base,
  main: html`${listHead(listing, 'list')}${selectBar(listing.opened)} ${strayProblem(listing, problems)}
    ${mayAdd(listing.list) ? addAbove(listing, form, problems) : nothing}
    ${listing.groups.map((group) => part(listing, group, form, problems))}
    ${emptyWords(listing)}
    ${laterFold(listing)}
    ${doneToday({ ...listing, ofOneList: true, rows: listing.groups.flatMap(({ rows }) => rows) })}
    ${mayAdd(listing.list) ? newSection(listing) : nothing}
    ${rowTemplates()}`,
})

/** What is needed for a page of older rows. */
export type Older = Pick<Listing, 'list' | 'base' | 'at' | 'opened' | 'seen'> & { group: Group; after: Cursor }

/** More tasks of one part of a list. */
export const olderPage = (listing: Older): Page => ({
  title: listing.list.name,
  lists: [listing.list.id],
  place: listing.base,
  // The same frame as the one that asked for it, so that Turbo finds it in the page and takes it from there.
  main: html`<h1 dir="auto">${listing.list.name}</h1>
    <p class="lead"><a href="${listing.base}">Back to the first tasks</a></p>${selectBar(listing.opened)}
    <turbo-frame id="after_${listing.after.id}" target="_top"><ul class="tasks" data-keeps="open"${
      listing.group.section === null ? nothing : html` data-section="${listing.group.section}"`
    }>${rowsOf(listing, listing.group, listing.after)}</ul>${moreOf(listing, listing.group)}</turbo-frame>
    <p class="empty">No more tasks.</p> ${rowTemplates()}`,
})

/** What is needed for a page of what starts later. */
export type LaterOn = Pick<Listing, 'list' | 'base' | 'at' | 'opened' | 'seen'> & {
  laterTasks: Later
  after: LaterCursor
}

/** More tasks of a list that start later. */
export const laterPage = (listing: LaterOn): Page => ({
  title: listing.list.name,
  lists: [listing.list.id],
  place: listing.base,
  main: html`<h1 dir="auto">${listing.list.name}</h1>
    <p class="lead"><a href="${listing.base}?show=later#later">Back to the first of those that start later</a></p>${selectBar(listing.opened)}
    <turbo-frame id="after_${listing.after.id}" target="_top">${laterList(listing, `?show=later&${laterInLink(listing.after)}&`)}</turbo-frame>
    <p class="empty">No more tasks.</p> ${rowTemplates()}`,
})

/** The name of the list, and what can be done with all of it. */
export function listHead(
  { list, sections, base, opened }: Pick<Listing, 'list' | 'sections' | 'base' | 'opened'>,
  shown: 'list' | 'board',
): Html {
  const isInbox = list.kind === 'inbox'
  const tools = [
    list.role !== 'viewer' ? selectTool(opened, `${shown === 'list' ? base : `/lists/${list.id}/board`}?`) : nothing,
    shown === 'board' ? tool(base, icons.lists, 'List') : nothing,
    shown === 'list' && (!isInbox || sections.length > 0)
      ? tool(`/lists/${list.id}/board`, icons.board, 'Board')
      : nothing,
    isInbox ? nothing : tool(`/lists/${list.id}/completed`, icons.completed, 'Completed'),
    isInbox || list.role !== 'owner' ? nothing : tool(`/lists/${list.id}/edit`, icons.edit, 'Edit'),
  ]
  return html`<div class="list-head"><h1${isInbox ? nothing : html` dir="auto"`}>${list.name}</h1><div class="tools">${tools}</div></div>${
    list.archived_at === null ? nothing : archivedNotice(list)
  }`
}

/** What is wrong with a new task besides its words: that it cannot go where it should. */
export function strayProblem({ list }: Pick<Listing, 'list'>, problems: Problems): Html {
  const hasForm = mayAdd(list)
  const problem =
    problems.list ?? problems.section ?? problems.parent ?? (hasForm ? undefined : Object.values(problems)[0])
  return problem ? html`<p class="problem" role="alert">${problem}</p>` : nothing
}

/** Whether the reader may put something into a list. */
export const mayAdd = ({ role, archived_at }: Pick<VisibleList, 'role' | 'archived_at'>): boolean =>
  role !== 'viewer' && archived_at === null

/** The rows of one part of a list. */
export function rowsOf(
  { base, at, opened, seen }: Pick<Listing, 'base' | 'at' | 'opened' | 'seen'>,
  { section, rows, next }: Group,
  after?: Cursor,
): Html[] {
  const inSection = section === null ? '' : `section=${section}&`
  const here = after ? `${at === '' ? '' : base}?${inSection}after=${after.id}&at=${after.position}&` : `${at}?`
  return rows.map((row) => {
    const siblings = rows.filter((other) => other.parent_id === row.parent_id)
    const i = siblings.indexOf(row)
    const isRoot = row.depth === 0
    const above = siblings[i - 1]?.id ?? (isRoot ? after?.id : undefined)
    const below = siblings[i + 1]?.id ?? (isRoot ? next?.id : undefined)
    return html`${taskRow(row, seen, { here, above, below, depth: row.depth, ...openedIn(row.id, opened) })}${
      row.hidden > 0 ? moreSteps(row) : nothing
    }`
  })
}

/** Where the older rows of one part of a list come in. */
export function moreOf({ base }: Pick<Listing, 'base'>, { section, rows, next }: Group): Html {
  const last = rows.findLast((row) => row.depth === 0)
  const inSection = section === null ? '' : `section=${section}&`
  return next && last
    ? older(last.id, `${base}?${inSection}after=${last.id}&at=${last.position}`, 'More tasks')
    : nothing
}

/** The field for a new task, which will stand above the first section. */
export function addAbove(
  listing: Pick<Listing, 'list' | 'base' | 'groups' | 'opened'>,
  form: Form,
  problems: Problems,
): Html {
  const { groups, opened } = listing
  const hasCursor = beginsInField(
    opened,
    groups.flatMap(({ rows }) => rows),
  )
  return addForm(groups[0]?.freshId ?? '', ...typedInto(form, problems, ''), hasCursor, listField(listing))
}

/** The form for a new section. */
export const newSection = ({ list, freshSection }: Pick<Listing, 'list' | 'freshSection'>): Html =>
  html`<details class="add-here new-section${list.kind === 'inbox' ? ' for-rows' : ''}"><summary>${icons.plus}Add section</summary><form class="add" method="post" action="/lists/${list.id}/sections" data-outbox="form" autocomplete="off"><label class="unseen" for="section_name">Name of the new section</label><input id="section_name" name="name" required placeholder="Name" dir="auto"><input type="hidden" name="id" value="${freshSection}"><button>Add</button></form></details>`

/** The heading of a section, and the way to what can be done with it. */
export const sectionHead = ({ list }: Pick<Listing, 'list'>, { id, name, deleted_at }: SectionShown): Html =>
  html`<div class="section-head"><h2 id="section_${id}" dir="auto">${name}</h2>${
    list.role === 'viewer' || deleted_at !== null
      ? nothing
      : html`<a class="change" href="/sections/${id}/edit" aria-label="Edit section ${name}">${icons.more}</a>`
  }</div>`

/** What says of a section that the reader may give it another place. */
export const placeOf = ({ list }: Pick<Listing, 'list'>, { id, deleted_at }: SectionShown): Html =>
  list.role === 'viewer' || deleted_at !== null ? nothing : html` data-place="/sections/${id}"`

/** The quiet way to add a task to a section. */
export function addTo(
  listing: Pick<Listing, 'list' | 'base'>,
  section: string,
  freshId: string,
  form: Form,
  problems: Problems,
): Html {
  const [typed, wrong] = typedInto(form, problems, section)
  const problem = wrong.task ?? wrong.id ?? wrong['']
  const field = `task_${section}`
  return html`<details class="add-here"${problem ? html` open` : nothing}><summary>${icons.plus}Add task</summary><form class="add" method="post" action="/tasks" data-outbox="add" autocomplete="off"><label class="unseen" for="${field}">New task in this section</label><input id="${field}" name="task" required placeholder="Add a task" enterkeyhint="done" dir="auto" value="${typed.text('task')}"${
    problem ? html` aria-describedby="${field}_problem" aria-invalid="true"` : nothing
  }><input type="hidden" name="id" value="${freshId}">${listField(listing)}<input type="hidden" name="section" value="${section}"><button>Add</button></form>${
    problem ? html`<p class="problem" id="${field}_problem" role="alert">${problem}</p>` : nothing
  }</details>`
}

/** What was typed, for the one form of the page that it was typed into. */
const typedInto = (form: Form, problems: Problems, section: string): [Form, Problems] =>
  form.text('section') === section ? [form, problems] : [emptyForm(), {}]

// Without a list a task goes to the Inbox.
const listField = ({ list, base }: Pick<Listing, 'list' | 'base'>): Html =>
  base.startsWith('/lists/') ? html`<input type="hidden" name="list" value="${list.id}">` : nothing

function part(listing: Listing, group: ShownGroup, form: Form, problems: Problems): Html {
  const section = listing.sections.find(({ id }) => id === group.section)
  if (!section)
    return html`<ul class="tasks" id="tasks" data-keeps="open">${rowsOf(listing, group)}</ul>${moreOf(listing, group)}`
  return html`<section class="part-of-list" id="part_${section.id}"${placeOf(listing, section)} aria-labelledby="section_${section.id}">${sectionHead(listing, section)}<ul class="tasks" id="tasks_${section.id}" data-keeps="open" data-section="${section.id}">${rowsOf(listing, group)}</ul>${moreOf(listing, group)}${
    mayAdd(listing.list) && section.deleted_at === null
      ? addTo(listing, section.id, group.freshId, form, problems)
      : nothing
  }</section>`
}

const moreSteps = ({ id, depth, hidden }: PlacedRow): Html =>
  html`<li class="more-steps depth-${depth + 1}"><a href="/tasks/${id}">${hidden} more ${hidden === 1 ? 'subtask' : 'subtasks'}</a></li>`

function laterFold(listing: Listing): Html {
  const { later, laterTasks: unfolded, at } = listing
  if (later === 0) return nothing
  if (!unfolded)
    return html`<p class="fold" id="later"><a href="${at}?show=later#later" aria-expanded="false">Starts later · ${later}</a></p>`
  return html`<p class="fold" id="later"><a href="${at === '' ? '?' : at}" aria-expanded="true">Starts later · ${later}</a></p>
    <div class="later" id="later_tasks">${laterList({ ...listing, laterTasks: unfolded }, `${at}?show=later&`)}</div>`
}

function laterList({ laterTasks: { rows, next }, base, seen, opened }: Omit<LaterOn, 'after'>, here: string): Html {
  return html`<ul class="tasks later" data-keeps="open" data-mixed="steps">${rows.map((row) =>
    taskRow(row, seen, { here, ...openedIn(row.id, opened) }),
  )}</ul>${next ? older(next.id, `${base}?show=later&${laterInLink(next)}`, 'More that start later') : nothing}`
}

function emptyWords({ list }: Listing): Html {
  if (list.role === 'viewer') return html`<p class="empty"><b>Nothing to do.</b></p>`
  return list.archived_at === null
    ? html`<p class="empty"><b>Nothing to do.</b> Type what you want to get done in the field above and press Enter.</p>`
    : html`<p class="empty"><b>Nothing to do.</b></p>`
}

const archivedNotice = ({ id, role }: VisibleList): Html =>
  html`<div class="notice-line"><span>This list is archived.</span>${
    role === 'owner'
      ? html`<form method="post" action="/lists/${id}/unarchive" data-outbox="form"><button class="quiet">Bring back</button></form>`
      : nothing
  }</div>`

const tool = (address: string, icon: Html, word: string): Html =>
  html`<a class="tool" href="${address}">${icon}<span>${word}</span></a>`
