import type { Theme } from '#db/schema.ts'
import type { Assets } from './assets.ts'
import { type Html, html, nothing } from './html.ts'
import { navigation, type Surroundings } from './navigation.ts'

/** Everything around the middle of a page. */
export type Frame = {
  title: string
  /** How the site is called. */
  brand: string
  assets: Pick<Assets, 'script' | 'styles' | 'passkeys'>
  toasts: Html
  /** Whether only a whole load brings the page: its headers differ from those of others, and Turbo keeps the old ones. */
  alone?: boolean
  /** Whether the page has a use for passkeys. */
  passkeys: boolean
  /** Nobody, when the page is for strangers. */
  person: Person | undefined
}

/** The person who looks at the page, as far as the frame shows them. */
export type Person = {
  publicId: string
  email: string
  /** When whoever runs the site took away their second step, as long as they are told so. */
  factorsReset: Html | undefined
  /** How they want to be called; empty when they did not say. */
  name: string
  theme: Theme
  /** Whether single keys do something. */
  singleKeys: boolean
  /** How they mean words for days: zone, start of the day, order of dates, start of the week, language; and today. */
  dates: string
  /** Whether their pages may be kept on this device ("Keep me logged in"). */
  remembered: boolean
}

/** What a page is made of: its title and the middle. */
export type Page = {
  title: string
  main: Html
  /** The ids of the lists whose tasks the page shows: it is refreshed when one of them changes. */
  lists?: string[]
  /** The id of the task whose own page this is, and whether it is done. */
  task?: { id: string; done: boolean }
  /** How the page looks, when it is not one column to read, or that of a task which is urgent. */
  look?: 'wide' | 'p1' | 'p2' | 'p3'
  /** The address of the place that the page belongs to, when it is not its own: that of its list for a task. */
  place?: string
  /** Whether it has a use for passkeys. */
  passkeys?: boolean
  /** How many tasks are due today, or were before, when the page has counted them already. */
  dueToday?: number
}

/** A page for somebody who is logged in: the places, the person with the way out, and the middle. */
export function personPage(frame: Frame & { person: Person }, around: Surroundings, page: Page): Html {
  const { person } = frame
  return document(
    frame,
    html`<a class="skip" href="#main">Skip to the content</a>
      <div class="frame">
        <nav class="side" aria-label="Main">
          <div class="brand" dir="auto">${frame.brand}</div>
          ${navigation(around)}
          <a class="foot" href="/help/keys">Keyboard</a>
          <div class="me"><span>${person.name === '' ? nothing : html`<b dir="auto">${person.name}</b><br>`}${person.email}</span>${logout}</div>
        </nav>
        <div>
          <header class="top"><b dir="auto">${frame.brand}</b><span>${person.email}</span>${logout}</header>
          ${middle(page, person.factorsReset)}
        </div>
      </div>`,
  )
}

/** A page for strangers, or one that stands alone: a card in the middle. */
export const cardPage = (frame: Frame, card: Html): Html =>
  document(
    frame,
    html`<main id="main" class="card">
      <div class="brand" dir="auto">${frame.brand}</div>
      ${card}
    </main>`,
    html` class="door"`,
  )

const document = (frame: Frame, body: Html, look = nothing): Html => html`<!doctype html>
    <html lang="en" data-theme="${frame.person?.theme ?? 'system'}">
      <head>
        <meta charset="utf-8">
        <title>${frame.title} · ${frame.brand}</title>
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="turbo-refresh-method" content="morph">
        <meta name="turbo-refresh-scroll" content="preserve">
        <meta name="turbo-prefetch" content="false">
        ${frame.person ? aboutPerson(frame.person) : nothing}${frame.person && !frame.alone ? nothing : reloadsWhole}
        <meta name="theme-color" content="#f4f2ee" media="(prefers-color-scheme: light)">
        <meta name="theme-color" content="#111214" media="(prefers-color-scheme: dark)">
        <link rel="stylesheet" href="${frame.assets.styles}" data-turbo-track="reload">
        <script type="module" src="${frame.assets.script}" data-turbo-track="reload"></script>
        ${frame.passkeys ? html`<script type="module" src="${frame.assets.passkeys}"></script>` : nothing}
        <link rel="icon" href="/assets/icon.svg" type="image/svg+xml">
        <link rel="apple-touch-icon" href="/assets/touch-icon.png">
        <link rel="manifest" href="/manifest.webmanifest">
      </head>
      <body${look}>
        ${body}
        <!--flashes--><div id="flashes" class="toasts">${frame.toasts}</div><!--/flashes-->
      </body>
    </html>`

const aboutPerson = (person: Person): Html =>
  html`<meta name="person" content="${person.publicId}"><meta name="dates" content="${person.dates}">${person.remembered ? remembered : nothing}${person.singleKeys ? nothing : keysOff}`

const remembered = html`<meta name="remembered" content="yes">`

const keysOff = html`<meta name="single-keys" content="off">`

// Who is logged in may have changed: the browser loads such a page anew instead of replacing its middle.
const reloadsWhole = html`<meta name="turbo-visit-control" content="reload">`

const logout = html`<form method="post" action="/logout" class="logout" data-turbo="false"><button>Log out</button></form>`

function middle({ main, lists, task, look }: Page, factorsReset: Html | undefined): Html {
  const classes = [look, task?.done ? 'done' : ''].filter(Boolean).join(' ')
  const about = html`${task ? html` data-task="${task.id}"` : nothing}${classes === '' ? nothing : html` class="${classes}"`}`
  const live = lists ? html` data-lists="${[...lists, 'own'].join(' ')}"` : nothing
  return html`<main id="main"${about}${live}>${factorsReset ? resetNote(factorsReset) : nothing}${main}</main>`
}

const resetNote = (at: Html): Html =>
  html`<p class="notice" role="note"><span>Your second step was taken away by whoever runs this site, ${at}. If you did not ask for that, <a href="/account/password">change your password</a> and tell them. You can <a href="/account/two-factor">set it up again</a>.</span></p>`
