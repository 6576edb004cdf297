import type { Filter } from '#core/filter.ts'
import { called, nameKey } from '#core/names.ts'
import { Refusal } from '#core/refusal.ts'
import type { Db } from '#db/db.ts'
import type { User } from '#db/schema.ts'
import type { VisibleList } from '#features/lists/lists.ts'

type Person = Pick<User, 'id'>
type Kind = 'list' | 'section' | 'label' | 'person'

/** The ids of whatever is called so. Names are compared without capitals and accents; several things may share one. */
export type Named = (kind: Kind, name: string) => string[]

/**
 * What the names in a filter mean to `user`, who may see `lists`. A list may be named by its letters and digits alone,
 * when only one has these. Refuses one that nothing is called by, in a
 * sentence with the name.
 */
export async function namesIn(db: Db, user: Person, lists: VisibleList[], filter: Filter): Promise<Named> {
  const known = new Map<Kind, Map<string, string[]>>()
  for (const { is, name } of namesOf(filter)) {
    const ids = known.get(is) ?? byKey(await sources[is](db, user, lists))
    known.set(is, ids)
    const list = is === 'list' ? called(lists, name) : undefined
    if (list && !ids.has(nameKey(name))) ids.set(nameKey(name), [list.id])
    if (!ids.has(nameKey(name))) refuse(is, name)
  }
  return (kind, name) => known.get(kind)?.get(nameKey(name)) ?? []
}

type Called = { id: string; names: string[] }

const sources: Record<Kind, (db: Db, user: Person, lists: VisibleList[]) => Called[] | Promise<Called[]>> = {
  list: (_, __, lists) => lists.map(({ id, name }) => ({ id, names: [name] })),
  section: sectionsIn,
  label: labelsOf,
  person: peopleIn,
}

async function sectionsIn(db: Db, _: Person, lists: VisibleList[]): Promise<Called[]> {
  const sections = await db
    .selectFrom('sections')
    .select(['id', 'name'])
    .where('list_id', 'in', idsOf(lists))
    .where('deleted_at', 'is', null)
    .execute()
  return sections.map(({ id, name }) => ({ id, names: [name] }))
}

async function labelsOf(db: Db, user: Person): Promise<Called[]> {
  const labels = await db
    .selectFrom('labels')
    .select(['id', 'name'])
    .where('owner_id', '=', user.id)
    .where('deleted_at', 'is', null)
    .execute()
  return labels.map(({ id, name }) => ({ id, names: [name] }))
}

/** Who shares a list with `user`: by their name, its first word, and their e-mail up to the @. `me` is `user`. */
async function peopleIn(db: Db, user: Person, lists: VisibleList[]): Promise<Called[]> {
  const people = await db
    .selectFrom('list_members')
    .innerJoin('users', 'users.id', 'list_members.user_id')
    .select(['users.id', 'users.name', 'users.email'])
    .distinct()
    .where('list_members.list_id', 'in', idsOf(lists))
    .execute()
  return people.map(({ id, name, email }) => ({
    id,
    names: [
      name,
      name.split(/\s/)[0]!,
      email.slice(0, email.lastIndexOf('@')),
      email,
      ...(id === user.id ? ['me'] : []),
    ],
  }))
}

function byKey(things: Called[]): Map<string, string[]> {
  const ids = new Map<string, string[]>()
  for (const { id, names } of things) {
    for (const key of new Set(names.map(nameKey))) if (key !== '') ids.set(key, [...(ids.get(key) ?? []), id])
  }
  return ids
}

function* namesOf(filter: Filter): Iterable<{ is: Kind; name: string }> {
  if ('of' in filter) for (const part of [filter.of].flat()) yield* namesOf(part)
  else if ('name' in filter) yield filter
}

function refuse(kind: Kind, name: string): never {
  const shown = [...name].length > 60 ? `${[...name].slice(0, 60).join('')}…` : name
  throw new Refusal('invalid', `${ABSENT[kind]} “${shown}”.${HINTS[kind] ?? ''}`, { field: 'q' })
}

const ABSENT: Record<Kind, string> = {
  list: 'You have no list called',
  section: 'No list of yours has a section called',
  label: 'You have no label called',
  person: 'Nobody who shares a list with you is called',
}

const HINTS: Partial<Record<Kind, string>> = {
  list: ' A name of several words stands in quotes: #"Big project".',
  label: ' A name of several words stands in quotes: @"at home".',
  section: ' A name of several words stands in quotes: /"In progress".',
}

const idsOf = (lists: VisibleList[]): string[] => lists.map(({ id }) => id)
