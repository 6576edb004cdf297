import type { List, Section, Task } from '#db/schema.ts'
import { type Html, html, nothing } from '#web/html.ts'
import { icons } from '#web/icons.ts'
import type { Page } from '#web/layout.ts'
import { dot } from './chips.ts'

/** A list where a task can go, with its sections. */
export type Destination = Pick<List, 'id' | 'name' | 'kind' | 'color'> & { sections: Pick<Section, 'id' | 'name'>[] }

/** Where a task can go: every list and section that its reader may change. `next` is the page that comes afterwards. */
export const movePage = (task: Task, destinations: Destination[], next: string): Page => ({
  title: `Move ${task.title}`,
  lists: [task.list_id],
  main: html`<h1>Move to…</h1>
    <p class="lead"><a href="/tasks/${task.id}" dir="auto">${task.title}</a></p>
    <form method="post" action="/tasks/${task.id}/move"><input type="hidden" name="next" value="${next}"><ul class="destinations">${destinations.map((list) => destination(list, task))}</ul></form>`,
})

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
