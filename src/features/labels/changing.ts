import { nameKey } from '#core/names.ts'
import { Refusal } from '#core/refusal.ts'
import { instant } from '#core/time.ts'
import { type Database, newId } from '#db/db.ts'
import { type Act, journal, type Write } from '#db/journal.ts'
import type { Label, User } from '#db/schema.ts'
import { type Added, addBorn, placeBelow } from '#features/lists/born.ts'
import { arrange, type Beside } from '#features/lists/ordering.ts'
import type { Asked } from '#web/op.ts'
import { evenDeletedLabelOf, labelNamed, labelOf, labelsOf, refuseUnknownLabel } from './labels.ts'

type Person = Pick<User, 'id'>

/** How many labels somebody can have. */
export const MOST_LABELS = 500

/** A label to be made, and the id it was born with. */
export type WantedLabel = { name: string; color: string; id?: string | undefined }

/**
 * Makes a label below the others of `user`. Refuses what `addBorn` refuses, a name that another label has, and more than
 * `MOST_LABELS`.
 */
export const addLabel = (db: Database, user: Person, { id, ...wanted }: WantedLabel, asked: Asked): Promise<Added> =>
  addBorn(
    db,
    user,
    { ...asked, what: 'label.added', lists: [], owner: user.id },
    {
      table: 'labels',
      id,
      home: { owner_id: user.id },
      wanted,
      insert: (write, newborn) => insertLabel(write, user, { ...wanted, id: newborn }),
    },
  )

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

/** Puts a label directly before or after another one. Refuses one that does not exist for `user`. */
export const moveLabel = (
  db: Database,
  user: Person,
  id: string,
  beside: Beside,
  asked: Asked,
): Promise<{ op: string }> =>
  changeLabel(db, user, id, { ...asked, what: 'label.moved' }, async (write, label) => {
    if (label.deleted_at !== null) refuseUnknownLabel()
    await labelOf(write.trx, user, beside.other)
    const order = await labelsOf(write.trx, user).select(['labels.id', 'labels.position']).execute()
    await arrange(write, 'labels', order, id, beside)
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
  await write.insert('labels', {
    id,
    owner_id: user.id,
    name,
    name_key: nameKey(name),
    color,
    position: await placeBelow(write, 'labels', user, { most: MOST_LABELS, field }),
    created_at: instant(write.now),
    deleted_at: null,
  })
  return id
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
  if (!other || other.id === besides) return
  throw new Refusal('conflict', `There is already a label called “${other.name}”.`, { field: 'name' })
}
