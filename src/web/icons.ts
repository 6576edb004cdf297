import { type Html, raw } from './html.ts'

// All icons are drawn on 24 × 24 and take the colour of the text. This is the only place with raw markup: none of
// it comes from outside.
const icon = (shape: string): Html => raw(`<svg viewBox="0 0 24 24" aria-hidden="true">${shape}</svg>`)

/** The pictures of the site. Each stands beside a word or in a control with a name of its own. */
export const icons = {
  inbox: icon('<path d="M3 13h5l1.5 3h5L16 13h5M5 5h14l2 8v6H3v-6z"/>'),
  completed: icon('<circle cx="12" cy="12" r="9"/><path d="m8 12 3 3 5-6"/>'),
  account: icon('<circle cx="12" cy="8" r="4"/><path d="M4 21c1-5 4-7 8-7s7 2 8 7"/>'),
  plus: icon('<path d="M12 5v14M5 12h14"/>'),
  more: icon('<path d="M5 12h.01M12 12h.01M19 12h.01"/>'),
  notes: icon('<path d="M4 6h16M4 12h16M4 18h9"/>'),
} satisfies Record<string, Html>
