import { isId } from '#core/ids.ts'
import { nameKey } from '#core/names.ts'
import { Refusal } from '#core/refusal.ts'
import { instant } from '#core/time.ts'
import { newId } from '#db/db.ts'
import type { Write } from '#db/journal.ts'
import type { Task, User } from '#db/schema.ts'
import { insertLabel } from '#features/labels/changing.ts'
import { labelNamed } from '#features/labels/labels.ts'
import { name as shapeOfName } from '#features/lists/fields.ts'
import { inParts } from './branches.ts'

type Person = Pick<User, 'id'>

const MOST = 50

/** Whether a value of the field `label` is the name of a label, not an id of one. */
export const isNamed = (value: string): boolean => value.trim() !== '' && !isId(value)

/**
 * Gives a task the labels that are in `wanted` and not in `was`, and takes away those that are in `was` only; what
 * others did to the rest stays. Without `was` exactly the wanted ones remain. Labels are named by their ids or their
 * names; a name that is new becomes a label of `user`, who has to be locked for that. Refuses labels of others, but for
 * those that stand on the task already.
 */
export async function relabel(
  write: Write,
  user: Person,
  task: Task,
  wanted: string[],
  was: string[] | undefined,
): Promise<void> {
  const links = await linksOf(write, task.id)
  const linked = links.filter((link) => link.deleted_at === null)
  const has = linked.map((link) => link.label_id)
  const want = await idsOf(write, user, wanted, has)
  const before = was ?? has
  const added = want.filter((id) => !before.includes(id) && !has.includes(id))
  const removed = before.filter((id) => !want.includes(id) && has.includes(id))
  const seen = linked.filter((link) => link.gone === null && !removed.includes(link.label_id))
  if (added.length > 0 && seen.length + added.length > MOST) refuse(TOO_MANY)
  for (const id of added) await link(write, task, id, links.find((known) => known.label_id === id)?.id)
  for (const { id } of linked.filter((link) => removed.includes(link.label_id))) await write.remove('task_labels', id)
}

/**
 * Gives many tasks a label, by its id or its name; a name that is new becomes a label of `user`, who has to be locked
 * for that. Returns how many did not have it. Refuses a label of somebody else, and more labels than a task can have.
 */
export async function labelAll(write: Write, user: Person, tasks: Task[], value: string): Promise<number> {
  const [label] = await idsOf(write, user, [value], [])
  if (label === undefined) refuse('Choose a label.')
  const links = await linksTo(write, tasks, label)
  const has = new Set(links.filter(({ deleted_at }) => deleted_at === null).map(({ task_id }) => task_id))
  const wanting = tasks.filter(({ id }) => !has.has(id))
  await refuseFull(write, wanting)
  const known = new Map(links.map((link) => [link.task_id, link.id]))
  const back = wanting.filter(({ id }) => known.has(id))
  await write.updateAll(
    'task_labels',
    new Map(back.map(({ id, list_id }) => [known.get(id) as string, { deleted_at: null, list_id }])),
  )
  const fresh = wanting.filter(({ id }) => !known.has(id))
  await write.insertAll(
    'task_labels',
    fresh.map((task) => newLink(write, task, label)),
  )
  return wanting.length
}

/** Takes a label off many tasks. Returns how many had it. Refuses a label that is none of `user`. */
export async function unlabelAll(write: Write, user: Person, tasks: Task[], value: string): Promise<number> {
  const text = value.trim()
  const column = isId(text) ? 'id' : 'name_key'
  const label = await ownLabels(write, user)
    .where(column, '=', isId(text) ? text : nameKey(nameIn(text)))
    .executeTakeFirst()
  if (!label) refuse('There is no such label. It may have been deleted.')
  const links = (await linksTo(write, tasks, label.id)).filter(({ deleted_at }) => deleted_at === null)
  const deleted_at = instant(write.now)
  await write.updateAll('task_labels', new Map(links.map(({ id }) => [id, { deleted_at }])))
  return links.length
}

async function linksTo(write: Write, tasks: Task[], label: string) {
  const links: { id: string; task_id: string; deleted_at: string | null }[] = []
  for (const some of inParts(tasks.map(({ id }) => id)))
    links.push(
      ...(await write.trx
        .selectFrom('task_labels')
        .select(['id', 'task_id', 'deleted_at'])
        .where('task_id', 'in', some)
        .where('label_id', '=', label)
        .execute()),
    )
  return links
}

async function refuseFull(write: Write, tasks: Task[]): Promise<void> {
  for (const some of inParts(tasks.map(({ id }) => id))) {
    const full = await write.trx
      .selectFrom('task_labels')
      .innerJoin('labels', 'labels.id', 'task_labels.label_id')
      .select('task_id')
      .where('task_id', 'in', some)
      .where('task_labels.deleted_at', 'is', null)
      .where('labels.deleted_at', 'is', null)
      .groupBy('task_id')
      .having((eb) => eb.fn.countAll(), '>=', MOST)
      .executeTakeFirst()
    if (full) refuse(TOO_MANY)
  }
}

/** The links of a task to labels. `gone`: since when the label itself is deleted; its link waits for it to come back. */
const linksOf = (write: Write, task: string) =>
  write.trx
    .selectFrom('task_labels')
    .innerJoin('labels', 'labels.id', 'task_labels.label_id')
    .select(['task_labels.id', 'label_id', 'task_labels.deleted_at', 'labels.deleted_at as gone'])
    .where('task_id', '=', task)
    .execute()

async function link(write: Write, task: Task, label: string, known: string | undefined): Promise<void> {
  if (known !== undefined) {
    // Meanwhile the task may have gone to another list.
    await write.update('task_labels', known, { deleted_at: null, list_id: task.list_id })
    return
  }
  await write.insert('task_labels', newLink(write, task, label))
}

const newLink = (write: Write, task: Task, label: string) => ({
  id: newId(),
  task_id: task.id,
  label_id: label,
  list_id: task.list_id,
  is_open: task.completed_at === null && task.deleted_at === null ? (1 as const) : (0 as const),
  created_at: instant(write.now),
  deleted_at: null,
})

/** The ids of the labels that `wanted` means. */
async function idsOf(write: Write, user: Person, wanted: string[], has: string[]): Promise<string[]> {
  const texts = new Set(wanted.map((value) => value.trim()).filter((text) => text !== ''))
  // Before any is looked up or made: a form holds a hundred thousand of them, and all others would wait.
  if (texts.size > MOST) refuse(TOO_MANY)
  const ids = new Set<string>()
  for (const text of texts) {
    if (!isId(text)) ids.add(await idNamed(write, user, nameIn(text)))
    else if (has.includes(text) || (await isOwn(write, user, text))) ids.add(text)
    else refuse('There is no such label. It may have been deleted.')
  }
  return [...ids]
}

const isOwn = async (write: Write, user: Person, id: string): Promise<boolean> =>
  (await ownLabels(write, user).where('id', '=', id).executeTakeFirst()) !== undefined

async function idNamed(write: Write, user: Person, name: string): Promise<string> {
  const known = await labelNamed(write.trx, user, name)
  return known?.id ?? insertLabel(write, user, { name, color: '' }, 'label')
}

/** The name that somebody typed, perhaps with its sign. */
function nameIn(text: string): string {
  const read = shapeOfName.safeParse(text.replace(/^@/, ''))
  return read.success ? read.data : refuse(read.error.issues[0]?.message ?? 'Give it a name.')
}

const ownLabels = (write: Write, user: Person) =>
  write.trx.selectFrom('labels').select('id').where('owner_id', '=', user.id).where('deleted_at', 'is', null)

const TOO_MANY = `A task can have ${MOST} labels. Take some away first.`

function refuse(sentence: string): never {
  throw new Refusal('invalid', sentence, { field: 'label' })
}
