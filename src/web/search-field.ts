import { type Html, html, nothing } from './html.ts'
import { icons } from './icons.ts'

/** What a field to search with shows, and where it leads to. */
export type SearchField = {
  /** What was typed. */
  text: string
  /** The sentence about what is wrong with it. */
  problem?: string | undefined
  /** Completed tasks are looked at too. */
  completed?: boolean
  action?: string
  label?: string
  /** Whether the page is there to search, so that one can begin to type. */
  focus?: boolean
}

/** A field to search with. The key `/` puts the cursor into it. */
export const searchField = ({
  text,
  problem,
  completed = false,
  action = '/search',
  label = 'Search for words, or with a filter',
  focus = false,
}: SearchField): Html =>
  html`<form class="add search" role="search" method="get" action="${action}">${icons.search}<label class="unseen" for="q">${label}</label><input id="q" name="q" type="search" placeholder="${label}" enterkeyhint="search" autocomplete="off" dir="auto" value="${text}"${problem ? hasProblem : nothing}${focus ? hasFocus : nothing}>${
    completed ? html`<input type="hidden" name="completed" value="on">` : nothing
  }<button>Search</button></form>
    ${problem ? html`<p class="problem" id="q_problem" role="alert">${problem}</p>` : nothing}`

const hasProblem = html` aria-describedby="q_problem" aria-invalid="true"`
const hasFocus = html` autofocus`
