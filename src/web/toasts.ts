import type { Db } from '#db/db.ts'
import type { User } from '#db/schema.ts'
import { addedWords, againWords } from './added.ts'
import { editedWords } from './edited.ts'
import type { Flash } from './flash.ts'
import { type Html, html, nothing } from './html.ts'
import { meanwhile } from './meanwhile.ts'
import { personWords } from './person-words.ts'
import { type Thing, taskNamed, tasksInWords, thingOf } from './things.ts'
import { undoWords } from './undo-words.ts'

/** What is said after something was done. `title` is that of the task, list or label it was done to, or says how many. */
const sentences: Record<string, (title: Html, thing: Thing, about: string[]) => Html | string> = {
  'task.added': (title) => html`Added ${title}`,
  'tasks.added': (tasks) => html`Added ${tasks}`,
  'task.filed': (title, { where }) => html`${title} is in the new list ${where}`,
  'task.filed-labeled': (title, { where }) => html`${title} is in the new list ${where}, and labelled`,
  'task.labeled': (title) => html`${title} has the new label`,
  'task.completed': (title) => html`Completed ${title}`,
  'task.again': (title) => html`Completed ${title}`,
  'task.cancelled': (title) => html`Won’t do ${title}`,
  'task.already': (title, _, [, state]) => html`${title} ${ALREADY[state ?? ''] ?? ALREADY.completed}`,
  'task.skipped': (title) => html`Skipped ${title} this time`,
  'task.reopened': (title) => html`Reopened ${title}`,
  'task.overwritten': (title) => html`Saved ${title}.`,
  'task.edited': (title) => html`Saved ${title}`,
  'task.deleted': (title) => html`Deleted ${title}`,
  'task.restored': (title) => html`Restored ${title}`,
  'task.moved': (title) => html`Moved ${title}`,
  'trash.emptied': () => 'The trash is empty',
  'today.rescheduled': () => 'What was overdue is due today',
  'list.added': (title) => html`Added the list ${title}`,
  'list.edited': (title) => html`Saved the list ${title}`,
  'list.moved': (title) => html`Moved the list ${title}`,
  'list.archived': (title) => html`Archived the list ${title}`,
  'list.unarchived': (title) => html`Brought back the list ${title}`,
  'list.deleted': (title) => html`Deleted the list ${title}`,
  'list.restored': (title) => html`Brought back the list ${title}`,
  'label.added': (title) => html`Added the label ${title}`,
  'label.edited': (title) => html`Saved the label ${title}`,
  'label.moved': (title) => html`Moved the label ${title}`,
  'label.deleted': (title) => html`Deleted the label ${title}`,
  'section.added': (title) => html`Added the section ${title}`,
  'section.edited': (title) => html`Saved the section ${title}`,
  'section.moved': (title) => html`Moved the section ${title}`,
  'section.deleted': (title) => html`Deleted the section ${title}`,
  'tasks.completed': (tasks) => html`Completed ${tasks}`,
  'tasks.reopened': (tasks) => html`Reopened ${tasks}`,
  'tasks.moved': (tasks, { where }) => html`Moved ${tasks} to ${where}`,
  'tasks.labeled': (tasks) => html`Labelled ${tasks}`,
  'tasks.unlabeled': (tasks) => html`Took the label off ${tasks}`,
  'tasks.dated': (tasks) => html`Changed the date of ${tasks}`,
  'tasks.prioritized': (tasks) => html`Changed the priority of ${tasks}`,
  'tasks.deleted': (tasks) => html`Deleted ${tasks}`,
  'tasks.unchanged': () => 'Nothing had to be changed',
  'filter.added': (title) => html`Saved the filter ${title}`,
  'filter.edited': (title) => html`Saved the filter ${title}`,
  'filter.deleted': (title) => html`Deleted the filter ${title}`,
  'filter.moved': (title) => html`Moved the filter ${title}`,
  'account.welcome': () => 'Your account is ready. What is the first thing you want to get done?',
  'account.made': () => 'Your account is ready. Log in with the password that you chose.',
  'account.in': () => 'You are logged in.',
  'account.in-recovery': (_, __, [left]) => `You are logged in. ${codesLeft(left)}`,
  'account.second-over': () => 'That took too long or went wrong too often. Please log in again.',
  'account.factor-off': () => 'Your password alone logs you in now. All other devices are logged out.',
  'account.passkey-added': () => 'Your passkey is ready. All other devices are logged out.',
  'account.passkey-removed': () => 'The passkey is removed. All other devices are logged out.',
  'account.passkey-renamed': () => 'The passkey has its new name.',
  'account.linked': () => 'Linked. From now on it logs you in too. All other devices are logged out.',
  'account.unlinked': () => 'Unlinked: it does not log you in any more. All other devices are logged out.',
  'account.out': () => 'You are logged out.',
  'account.out-failed': () =>
    'This browser has forgotten you, but the server could not end the session. Please log in and out again.',
  'account.password': () => 'Your password is changed. All other devices are logged out.',
  'account.reset': () => 'Your password is changed, and all devices are logged out. Log in with the new one.',
  'account.reset-passkeys': () => 'Your passkeys go on logging you in. Look under Account whether they are all yours.',
  'account.verified': () => 'Thank you. Your e-mail address is confirmed.',
  'account.verify-sent': () => 'A mail with a link is on its way to you.',
  'account.email-asked': () => 'A mail with a link is on its way to the new address.',
  'account.email-changed': () => 'Your e-mail address is changed. All other devices are logged out.',
  'account.email-kept': () => 'Your e-mail address stays as it is.',
  'account.token-revoked': () => 'The token is taken back. It opens nothing any more.',
  'account.leaves': () => 'Your account is closed. It is removed in a week, unless you log in before.',
  'account.stays': () => 'Welcome back. Your account stays, with all that is in it.',
  'account.profile': () => 'Your profile is saved.',
  'account.session-ended': () => 'That device is logged out.',
  'account.others-ended': () => 'All other devices are logged out.',
  'admin.revoked': () => 'The invitation is taken back. Its links lead nowhere now.',
  'admin.settings': () => 'The settings of the site are saved.',
  'account.confirmed': () => 'Thank you. Nothing is changed yet: you can go on now.',
}

const codesLeft = (left = '0'): string => {
  if (left === '0') return 'That was your last recovery code: make new ones under Account.'
  return left === '1' ? '1 recovery code is left.' : `${left} recovery codes are left.`
}

/** What had happened already when somebody clicked. */
const ALREADY: Record<string, string> = {
  completed: 'was completed already',
  skipped: 'was skipped already',
  closed: 'was closed already',
  open: 'is open already',
}

/** After these there is nothing that could be undone. */
const FINAL = /^(undo|redo)\.(nothing|already|none)$|^tasks\.unchanged$/

/** The messages of `flashes` as markup. What they name is read through the journal, from ops of this person only. */
export async function toasts(db: Db, user: User | undefined, flashes: Flash[], now: Date): Promise<Html> {
  if (flashes.length === 0) return nothing
  const shown = await Promise.all(
    flashes.map(async (flash) => {
      const { op, code, about: [task = '', , day] = [] } = flash
      if (user && code === 'task.already')
        return toast(flash, await taskNamed(db, user, task), againWords(day, user, now))
      const done = user?.role === 'admin' ? await personWords(db, flash) : undefined
      if (done) return toast(flash, undefined, { words: nothing, ...done })
      if (!user || op === undefined) return toast(flash, undefined)
      return toast(flash, await thingOf(db, user, op), await moreWords(db, user, op, flash, now))
    }),
  )
  return html`${shown}`
}

/** More words behind the sentence, a form beside it, and perhaps a better sentence. */
type More = { words: Html; offer: Html; sentence?: Html | undefined }

async function moreWords(
  db: Db,
  user: User,
  op: string,
  { code, about: columns = [] }: Flash,
  now: Date,
): Promise<More | undefined> {
  const [about] = columns
  if (code === 'task.overwritten') return meanwhile(db, user, op, columns)
  if (code === 'task.edited' || code === 'task.moved')
    return { words: nothing, offer: nothing, sentence: await editedWords(db, user, op, now) }
  if (code === 'task.added') return addedWords(db, user, op, columns, now)
  return code === 'task.again' || code === 'task.skipped' ? againWords(about, user, now) : undefined
}

/** A message that says why something was not done, and beside which field of a form it may stand. */
export const errorToast = (sentence: string, field?: string): Html =>
  html`<div class="toast error" role="alert"${field ? html` data-field="${field}"` : nothing} data-turbo-temporary><span>${sentence}</span></div>`

function toast(
  { code, op, about = [] }: Flash,
  found: Thing | undefined,
  { words, offer, sentence: said }: More = { words: nothing, offer: nothing },
): Html {
  const thing = counted(found ?? somethingOf(code), about)
  const sentence = said ?? undoWords(code, thing, about) ?? sentences[code]?.(thing.words, thing, about)
  if (sentence === undefined) return nothing
  // An op that is about nothing has changed nothing.
  const undo =
    op === undefined || found === undefined || FINAL.test(code)
      ? nothing
      : undoForm(op, code.startsWith('undo.') ? 'Redo' : 'Undo')
  return html`<div class="toast" role="status" data-turbo-temporary><span>${sentence}${words}</span>${undo}${offer}</div>`
}

/** What is not there any more, or not for whom it is said. */
const somethingOf = (code: string): Thing => ({
  words: /^(list|section|label|filter)\./.test(code) ? html`“…”` : html`the task`,
  isMany: false,
  where: html`another list`,
})

/** Some changes take more tasks along than were asked for: then they say how many it was about. */
function counted(thing: Thing, [count = '']: string[]): Thing {
  if (!/^\d+$/.test(count) || count === '1') return thing
  return { ...thing, words: tasksInWords(Number(count)), isMany: true }
}

// Redoing is undoing the undo: it is an op like any other.
const undoForm = (op: string, word: string): Html =>
  html`<form method="post" action="/undo/${op}" data-outbox="undo"><button>${word}</button></form>`
