import { expect } from 'bun:test'
import { newId } from '#db/db.ts'
import type { Browser } from '#test/browser.ts'

/** Makes a list by its form and returns its id. */
export async function listBy(tab: Browser, name: string, color = ''): Promise<string> {
  const id = newId()
  expect((await tab.post('/lists', { name, color, id }, { from: '/lists' })).status).toBe(303)
  return id
}

/** Makes a section by its form and returns its id. */
export async function sectionBy(tab: Browser, list: string, name: string): Promise<string> {
  const id = newId()
  expect((await tab.post(`/lists/${list}/sections`, { name, id }, { from: `/lists/${list}` })).status).toBe(303)
  return id
}

/** Adds a task by its form and returns its id. */
export async function taskBy(
  tab: Browser,
  task: string,
  where: { list?: string; section?: string; parent?: string } = {},
): Promise<string> {
  const id = newId()
  expect((await tab.post('/tasks', { task, id, ...where }, { from: '/' })).status).toBe(303)
  return id
}

/** What a list shows, from top to bottom: headings in brackets, titles with a dot for each level below. */
export const shown = (html: string): string[] =>
  [
    ...html
      .replace(/<template[\s\S]*?<\/template>/g, '')
      .matchAll(
        /<h2 id="section_[^"]*"[^>]*>([^<]*)<|<li id="task_[^"]*" class="([^"]*)"[\s\S]*?class="title"[^>]*>([^<]*)</g,
      ),
  ].map(([, heading, classes = '', title = '']) =>
    heading === undefined ? '·'.repeat(Number(/depth-(\d)/.exec(classes)?.[1] ?? 0)) + title : `[${heading}]`,
  )

/** The entries of the sidebar: name and count, the current one with a star. */
export const sidebar = (html: string): string[] =>
  [...html.matchAll(/<a class="item[^"]*" href="[^"]*"([^>]*)>([\s\S]*?)<\/a>/g)].map(
    ([, attributes = '', inner = '']) => {
      const words = inner
        .replace(/<svg[\s\S]*?<\/svg>/g, '')
        .replace(/<[^>]*>/g, ' ')
        .replace(/\s+/g, ' ')
        .trim()
      return attributes.includes('aria-current') ? `*${words}` : words
    },
  )
