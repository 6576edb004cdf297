import { taskPage } from '../page.ts'

/** The task's own page, when that is what is shown. */
export function pageOf(id: string): HTMLElement | undefined {
  const page = taskPage()
  return page?.dataset.task === id ? page : undefined
}

/** Remembers where rows stand; the function puts them there again, if their list is still there. */
export function placesOf(rows: HTMLElement[]): () => HTMLElement[] {
  const last = rows.at(-1)
  const list = last?.parentElement
  const next = last?.nextElementSibling
  return () => {
    const anchor = next?.parentElement === list ? next : null
    for (const row of rows) {
      row.classList.remove('leaving')
      if (list?.isConnected) list.insertBefore(row, anchor ?? null)
    }
    return rows
  }
}

/** Whoever stands in what goes stands in its neighbour then, at the first thing that can be pressed. */
export function passFocus(going: Element, neighbour: Element | null | undefined): void {
  if (going.contains(document.activeElement))
    neighbour?.querySelector<HTMLElement>('a, button')?.focus({ preventScroll: true })
}

/** The first element of the template `name`, made for the thing `id`. */
export function cloneOf(name: string, id: string): HTMLElement | undefined {
  const template = document.getElementById(name)
  if (!(template instanceof HTMLTemplateElement)) return undefined
  const fragment = document.importNode(template.content, true)
  for (const element of fragment.querySelectorAll('*')) {
    for (const name of ['id', 'href', 'action', 'for', 'name', 'aria-describedby']) {
      const value = element.getAttribute(name)
      if (value?.includes('ID')) element.setAttribute(name, value.replaceAll('ID', id))
    }
  }
  return (fragment.firstElementChild as HTMLElement | null) ?? undefined
}
