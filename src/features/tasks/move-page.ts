import type { List, Section, Task } from '#db/schema.ts'
import { type Html, html, nothing } from '#web/html.ts'
import { icons } from '#web/icons.ts'
import type { Page } from '#web/layout.ts'
import { dot } from './chips.ts'

/** A list where a task can go, with its sections. */
export type Destination = Pick<List, 'id' | 'name' | 'kind' | 'color'> & { sections: Pick<Section, 'id' | 'name'>[] }

/**
 * The levels that are next to a task: the one directly above it, of which it can become a part, and the one that it is
 * a part of, with what that one is a part of itself.
 */
export type Levels = {
  into: Pick<Task, 'id' | 'title'> | undefined
  outOf: { title: string; into: string | null } | undefined
}

/** Where a task can go: every list and section that its reader may change. `next` is the page that comes afterwards. */
export type Ways = { destinations: Destination[]; levels: Levels; next: string }

/** The page that asks where a task should go. */
export const movePage = (task: Task, { destinations, levels, next }: Ways): Page => ({
  title: `Move ${task.title}`,
  lists: [task.list_id],
  main: html`<h1>Move to…</h1>
    <p class="lead"><a href="/tasks/${task.id}" dir="auto">${task.title}</a></p>
    ${levelForms(task, levels, next)}
    <form method="post" action="/tasks/${task.id}/move"><input type="hidden" name="next" value="${next}"><ul class="destinations">${destinations.map((list) => destination(list, task))}</ul></form>`,
})

/** What Tab and Shift and Tab do. */
const levelForms = (task: Task, { into, outOf }: Levels, next: string): Html =>
  into === undefined && outOf === undefined
    ? nothing
    : html`<div class="actions">${into ? levelForm(task, into.id, next, html`Make it a part of <bdi>“${into.title}”</bdi>`) : nothing}${
        outOf ? levelForm(task, outOf.into ?? '', next, html`Take out of <bdi>“${outOf.title}”</bdi>`) : nothing
      }</div>`

const levelForm = ({ id }: Task, parent: string, next: string, words: Html): Html =>
  html`<form method="post" action="/tasks/${id}/move"><input type="hidden" name="parent" value="${parent}"><input type="hidden" name="next" value="${next}"><button class="quiet"><span>${words}</span></button></form>`

function destination(list: Destination, task: Task): Html {
  const isHere = list.id === task.list_id && task.parent_id === null
  return html`<li><button name="list" value="${list.id}"${isHere && task.section_id === null ? current : nothing}>${
    list.kind === 'inbox' ? icons.inbox : dot(list.color)
  }<bdi>${list.name}</bdi></button>${
    list.sections.length === 0
      ? nothing
      : html`<ul>${list.sections.map(
          ({ id, name }) =>
            html`<li><button name="section" value="${id}"${isHere && task.section_id === id ? current : nothing}><bdi>${name}</bdi></button></li>`,
        )}</ul>`
  }</li>`
}

const current = html` aria-current="true"`
