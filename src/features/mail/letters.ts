import type { Transaction } from 'kysely'
import type { Config } from '#config.ts'
import { inOneLine } from '#core/line.ts'
import type { KeyRing } from '#crypto/keys.ts'
import type { Tables, User } from '#db/schema.ts'
import { type Html, html, nothing } from '#web/html.ts'

/** What a mail says. All of it is plain text; how it looks is the same for all. */
export type Letter = {
  subject: string
  paragraphs: string[]
  /** The one thing to do. */
  button?: { label: string; href: string }
  /** What is said below it. */
  after?: string[]
}

/** What a letter is written from. `user` is whom it is for, as they are now. */
export type Occasion = {
  trx: Transaction<Tables>
  keys: KeyRing
  config: Config
  now: Date
  user: User | undefined
  address: string
  args: Record<string, string>
}

/**
 * Writes a letter when it is about to be sent: secrets are made only now, and again for each try. Undefined when there
 * is nobody any more to whom it should go.
 */
export type Writer = (occasion: Occasion) => Letter | undefined | Promise<Letter | undefined>

/** All letters by their names. */
export type Letters = Record<string, Writer>

/** A mail, ready to be sent. */
export type Mail = { subject: string; text: string; html: string }

/** Where a mail comes from: the address of the site, and how it is called. */
type From = { baseUrl: string; title: string }

/** Puts a letter into its two forms, for programs that show markup and for those that do not. */
export function composed(letter: Letter, site: From): Mail {
  const subject = inOneLine(letter.subject)
  return { subject, text: inText(letter, site), html: String(inMarkup({ ...letter, subject }, site)) }
}

function inText({ paragraphs, button, after = [] }: Letter, { baseUrl, title }: From): string {
  const link = button ? [`${button.label}:\n${button.href}`] : []
  return `${[...paragraphs, ...link, ...after, `-- \n${title} ${baseUrl}`].join('\n\n')}\n`
}

// Mail programs know neither our style sheets nor their variables: the look stands at each element.
const inMarkup = (
  { subject, paragraphs, button, after = [] }: Letter,
  { baseUrl, title }: From,
): Html => html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>${subject}</title>
  </head>
  <body style="margin:0;padding:24px 12px;background:#f4f2ee;color:#1d1c1a;font:16px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,sans-serif">
    <div style="max-width:480px;margin:0 auto;padding:24px 28px;background:#ffffff;border:1px solid #e6e2db;border-radius:10px">
      <p style="margin:0 0 16px;font-weight:600;color:#2b6a4d">${title}</p>
      ${paragraphs.map(paragraph)}
      ${button ? action(button) : nothing}
      ${after.map(paragraph)}
      <p style="margin:24px 0 0;font-size:14px;color:#65615a">${baseUrl}</p>
    </div>
  </body>
</html>
`

const paragraph = (text: string): Html => html`<p style="margin:0 0 16px">${text}</p>`

const action = ({ label, href }: { label: string; href: string }): Html =>
  html`<p style="margin:24px 0"><a href="${href}" style="display:inline-block;padding:10px 18px;border-radius:10px;background:#2b6a4d;color:#ffffff;text-decoration:none">${label}</a></p>
      <p style="margin:0 0 16px;font-size:14px;color:#65615a">If the button does nothing, open this address: <span style="overflow-wrap:anywhere">${href}</span></p>`
