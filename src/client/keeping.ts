// The rules of what the worker keeps, without the worker, so that they can be tested.

const DAY = 24 * 60 * 60 * 1000

/** Pages are kept for two weeks at most. */
export const KEPT_MS = 14 * DAY

// What shows secrets, or is not a page to come back to.
const NEVER =
  /^\/(account|admin|export|import|login|register|logout|forgot|reset|verify|email|invite|setup|auth|events|undo|redo|api|feeds|mcp|dav|assets)(\/|$)/

const ENDS =
  /^\/(login|register|invite|setup|logout|reset|auth|account\/password|account\/email|email|account\/confirm|account\/delete)(\/|$)/

/** True when a page at this address may be kept on the device at all. */
export const mayBeKept = (url: URL): boolean =>
  !NEVER.test(url.pathname) && !url.searchParams.has('more') && !url.searchParams.has('rename')

/** True when sending a form to this address changes who may see what: what is kept goes. */
export const endsKeeping = (path: string): boolean => ENDS.test(path)

/** Whose page this is, when it says so in its head. */
export const personIn = (html: string): string | undefined => metaIn(html, 'person')

/** True when the page belongs to a "keep me logged in" session. */
export const isRememberedIn = (html: string): boolean => metaIn(html, 'remembered') === 'yes'

/** The page without its flashes: they were shown, and are not shown again weeks later. */
export const withoutFlashes = (html: string): string =>
  html.replace(
    /<!--flashes-->[\s\S]*?<!--\/flashes-->/,
    '<!--flashes--><div id="flashes" class="toasts"></div><!--/flashes-->',
  )

/** The page, saying in its head since when (ISO instant) it has been kept. */
export const markedAsKept = (html: string, at: string): string =>
  html.replace('</head>', `<meta name="kept" content="${at}"></head>`)

function metaIn(html: string, name: string): string | undefined {
  const head = html.slice(0, html.indexOf('</head>'))
  return new RegExp(`<meta name="${name}" content="([^"]+)"`).exec(head)?.[1]
}
