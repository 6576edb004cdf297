import { type Html, raw } from './html.ts'

// All icons are drawn on 24 × 24 and take the colour of the text. Their markup is taken as it is: none
// of it comes from outside.
const icon = (shape: string): Html => raw(`<svg viewBox="0 0 24 24" aria-hidden="true">${shape}</svg>`)

/** The pictures of the site. Each stands beside a word or in a control with a name of its own. */
export const icons = {
  inbox: icon('<path d="M3 13h5l1.5 3h5L16 13h5M5 5h14l2 8v6H3v-6z"/>'),
  completed: icon('<circle cx="12" cy="12" r="9"/><path d="m8 12 3 3 5-6"/>'),
  account: icon('<circle cx="12" cy="8" r="4"/><path d="M4 21c1-5 4-7 8-7s7 2 8 7"/>'),
  admin: icon('<path d="M12 3l7 3v5c0 5-3 8-7 10-4-2-7-5-7-10V6z"/>'),
  today: icon('<rect x="4" y="5" width="16" height="16" rx="2"/><path d="M4 10h16M8 3v4M16 3v4"/>'),
  upcoming: icon('<path d="M4 7h16M4 12h16M4 17h10"/>'),
  filter: icon('<path d="M4 5h16l-6.5 8v6l-3-1.5V13z"/>'),
  search: icon('<circle cx="11" cy="11" r="7"/><path d="m20 20-4-4"/>'),
  trash: icon('<path d="M4 7h16M9 7V4h6v3M6 7l1 13h10l1-13M10 11v6M14 11v6"/>'),
  lists: icon('<path d="M9 6h11M9 12h11M9 18h11M4 6h.01M4 12h.01M4 18h.01"/>'),
  label: icon('<path d="M4 4h8l8 8-8 8-8-8z"/><path d="M8.5 8.5h.01"/>'),
  select: icon('<rect x="4" y="4" width="16" height="16" rx="3"/><path d="m8 12 3 3 5-6"/>'),
  edit: icon('<path d="M4 20h4L19 9l-4-4L4 16z"/>'),
  board: icon('<rect x="4" y="4" width="7" height="16" rx="1.5"/><rect x="14" y="4" width="6" height="10" rx="1.5"/>'),
  calendar: icon('<rect x="4" y="5" width="16" height="16" rx="2"/><path d="M4 10h16"/>'),
  flag: icon('<path d="M6 21V4h11l-2 4 2 4H6"/>'),
  repeats: icon('<path d="M4 12V9a3 3 0 0 1 3-3h12l-3-3M20 12v3a3 3 0 0 1-3 3H5l3 3"/>'),
  steps: icon('<path d="M6 4v10a3 3 0 0 0 3 3h9"/>'),
  plus: icon('<path d="M12 5v14M5 12h14"/>'),
  more: icon('<path d="M5 12h.01M12 12h.01M19 12h.01"/>'),
  notes: icon('<path d="M4 6h16M4 12h16M4 18h9"/>'),
} satisfies Record<string, Html>
