import type { Db } from '#db/db.ts'
import type { Flash } from './flash.ts'
import { type Html, html, nothing } from './html.ts'

/** What an administrator did to a person, in words, and the way back where there is one. Undefined for any other code. */
export async function personWords(db: Db, { code, about: [publicId = ''] = [] }: Flash): Promise<Said | undefined> {
  const deed = deeds[code]
  if (!deed) return undefined
  const person = await db.selectFrom('users').select('email').where('public_id', '=', publicId).executeTakeFirst()
  const back = deed.back && person ? (deed.asks ? undoLink : undoForm)(publicId, deed.back) : nothing
  return { sentence: deed.say(person?.email ?? 'That person'), offer: back }
}

type Said = { sentence: Html; offer: Html }

const deeds: Record<string, { say: (who: string) => Html; back?: string; asks?: true }> = {
  'admin.disable': { say: (who) => html`${who} is disabled, and logged out everywhere.`, back: 'enable' },
  'admin.enable': { say: (who) => html`${who} may log in again.`, back: 'disable' },
  'admin.make-admin': { say: (who) => html`${who} administers this site too.`, back: 'take-admin' },
  'admin.take-admin': {
    say: (who) => html`${who} does not administer this site any more.`,
    back: 'make-admin',
    asks: true,
  },
  'admin.reset-factors': { say: (who) => html`The password alone logs ${who} in now.` },
  'admin.end-sessions': { say: (who) => html`${who} is logged out everywhere.` },
}

const undoForm = (publicId: string, verb: string): Html =>
  html`<form method="post" action="/admin/people/${publicId}/${verb}"><button>Undo</button></form>`

// Where the way back asks for a word first, it is a page.
const undoLink = (publicId: string, verb: string): Html => html`<a href="/admin/people/${publicId}/${verb}">Undo</a>`
