import { nameKey } from '#core/names.ts'
import { positionBetween } from '#core/order.ts'
import { Refusal } from '#core/refusal.ts'
import { instant } from '#core/time.ts'
import { type Database, isDuplicate, newId } from '#db/db.ts'
import { type Act, changesOf, journal, type Write } from '#db/journal.ts'
import type { Label, User } from '#db/schema.ts'
import { bornBy, refuseTakenId } from '#features/lists/adding.ts'
import type { Asked } from '#web/op.ts'
import { evenDeletedLabelOf, labelNamed, refuseUnknownLabel } from './labels.ts'

type Person = Pick<User, 'id'>

/** How many labels somebody can have. */
export const MOST_LABELS = 500

/** A label to be made, and the id it was born with. */
export type WantedLabel = { name: string; color: string; id?: string | undefined }

/**
 * Makes a label below the others of `user`. The same id with the same name and colour again answers as the first did.
 * Refuses a name that another label has, an id that belongs to somebody else, and more than `MOST_LABELS`.
 */
export async function addLabel(
  db: Database,
  user: Person,
  wanted: WantedLabel,
  asked: Asked,
): Promise<{ op: string; id: string }> {
  const act = { ...asked, what: 'label.added', lists: [], owner: user.id }
  try {
    const done = await journal(db, user, act, (write) => addOnce(write, user, wanted))
    return done.repeated ? { op: done.op, id: (await changesOf(db, user, done.op))[0]?.id ?? '' } : done.value
  } catch (error) {
    // Somebody else was quicker with the same id: on PostgreSQL only the primary key sees that.
    if (isDuplicate(error)) refuseTakenId()
    throw error
  }
}

/** Gives a label another name or colour. Refuses one that does not exist for `user`, and a name that another one has. */
export const editLabel = (
  db: Database,
  user: Person,
  id: string,
  { name, color }: { name?: string | undefined; color?: string | undefined },
  asked: Asked,
): Promise<{ op: string }> =>
  changeLabel(db, user, id, { ...asked, what: 'label.edited' }, async (write, label) => {
    if (label.deleted_at !== null) refuseUnknownLabel()
    if (name !== undefined) await refuseTakenName(write, user, name, id)
    const called = name === undefined ? {} : { name, name_key: nameKey(name) }
    await write.update('labels', id, { ...called, color: color ?? label.color })
  })

/** Takes a label out of sight, and off all tasks. Deleting it twice changes nothing. Refuses one that does not exist for `user`. */
export const deleteLabel = (db: Database, user: Person, id: string, asked: Asked): Promise<{ op: string }> =>
  changeLabel(db, user, id, { ...asked, what: 'label.deleted' }, async (write, label) => {
    if (label.deleted_at === null) await write.remove('labels', id)
  })

/**
 * Makes a label as a part of a larger change in which `user` is locked. Refuses what `addLabel` refuses, with the field
 * into which its name was typed.
 */
export async function insertLabel(
  write: Write,
  user: Person,
  { name, color, id = newId() }: WantedLabel,
  field = 'name',
): Promise<string> {
  await refuseTakenName(write, user, name)
  const { position, count } = await lastOf(write, user)
  if (count >= MOST_LABELS)
    refuse(`You have ${MOST_LABELS} labels, and that is the most. Delete one to make room.`, field)
  await write.insert('labels', {
    id,
    owner_id: user.id,
    name,
    name_key: nameKey(name),
    color,
    position: positionBetween(position, undefined),
    created_at: instant(write.now),
    deleted_at: null,
  })
  return id
}

async function addOnce(write: Write, user: Person, wanted: WantedLabel): Promise<{ op: string; id: string }> {
  const { id = newId(), name, color } = wanted
  const known = await write.trx.selectFrom('labels').selectAll().where('id', '=', id).executeTakeFirst()
  if (!known) return { op: write.op, id: await insertLabel(write, user, { ...wanted, id }) }
  if (known.owner_id !== user.id) refuseTakenId()
  const first = await bornBy(write.trx, user, 'labels', id)
  const isSame = known.deleted_at === null && first?.born.name === name && (first.born.color ?? '') === color
  if (first && isSame) return { op: first.op, id }
  return { op: write.op, id: await insertLabel(write, user, { ...wanted, id: newId() }) }
}

async function changeLabel(
  db: Database,
  user: Person,
  id: string,
  asked: Asked & Pick<Act, 'what'>,
  work: (write: Write, label: Label) => Promise<void>,
): Promise<{ op: string }> {
  await evenDeletedLabelOf(db, user, id)
  const { op } = await journal(db, user, { ...asked, lists: [], owner: user.id }, async (write) =>
    work(write, await evenDeletedLabelOf(write.trx, user, id)),
  )
  return { op }
}

async function refuseTakenName(write: Write, user: Person, name: string, besides?: string): Promise<void> {
  const other = await labelNamed(write.trx, user, name)
  if (other && other.id !== besides) refuse(`There is already a label called “${other.name}”.`)
}

async function lastOf(write: Write, user: Person): Promise<{ position: string | undefined; count: number }> {
  const { position, count } = await write.trx
    .selectFrom('labels')
    .select((eb) => [
      eb.fn.max('position').as('position'),
      eb.fn
        .countAll<number>()
        .filterWhere((label) => label('deleted_at', 'is', null))
        .as('count'),
    ])
    .where('owner_id', '=', user.id)
    .executeTakeFirstOrThrow()
  return { position: position ?? undefined, count: Number(count) }
}

function refuse(sentence: string, field = 'name'): never {
  throw new Refusal('conflict', sentence, { field })
}
