import type { Parts } from './env.ts'
import { type Html, html, nothing } from './html.ts'
import { cardPage } from './layout.ts'
import { PRODUCT } from './site.ts'

/** What an error page says: a heading, a sentence for the person, and what helps whoever runs the site. */
export type Trouble = { heading: string; sentence: string; requestId?: string }

/** What a page is made of that asks nothing of the database. `brand` is how the site is called, where that is known. */
export type Plain = Pick<Parts, 'assets'> & { brand?: string }

/** The middle of an error page. */
export const troubleView = ({ heading, sentence, requestId }: Trouble): Html => html`<h1>${heading}</h1>
  <p>${sentence}</p>
  ${requestId ? html`<p class="hint">If you ask for help, name this number: <span class="code">${requestId}</span></p>` : nothing}
  <p><a href="/">Open the Inbox</a></p>`

/** An error page that asks nothing of the database: for when there is nobody to show a page to, or no database. */
export function troublePage({ assets, brand = PRODUCT }: Plain, trouble: Trouble): string {
  const frame = { title: trouble.heading, brand, assets, toasts: nothing, person: undefined, passkeys: false }
  return String(cardPage(frame, troubleView(trouble)))
}

/** The heading that goes with a status. */
export const headingOf = (status: number): string => HEADINGS[status] ?? 'That did not work'

const HEADINGS: Record<number, string> = {
  403: 'That is not allowed',
  404: 'There is nothing here',
  413: 'That is too much',
  429: 'Please wait a moment',
  500: 'Something went wrong',
  503: 'Please try again in a moment',
}
