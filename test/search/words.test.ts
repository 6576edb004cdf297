import { beforeAll, describe, expect, test } from 'bun:test'
import { join } from 'node:path'
import fc from 'fast-check'
import { sql } from 'kysely'
import { Refusal } from '#core/refusal.ts'
import { copyDatabase } from '#db/backup.ts'
import { connect, type Database, newId } from '#db/db.ts'
import { migrate } from '#db/migrate.ts'
import { replacePostgres, stage } from '#db/restore.ts'
import type { User } from '#db/schema.ts'
import { keepAllWords, keepWords } from '#db/words.ts'
import { addList } from '#features/lists/adding.ts'
import { inboxOf } from '#features/lists/lists.ts'
import { search } from '#features/search/searching.ts'
import { changeMany } from '#features/tasks/bulk.ts'
import { completeTask, reopenTask } from '#features/tasks/completing.ts'
import { deleteTask, restoreTask } from '#features/tasks/deleting.ts'
import { editTask } from '#features/tasks/editing.ts'
import { freshDatabase, testKind } from '#test/databases.ts'
import { addAll, asked, emptyHouse, NOON, person, share } from '#test/tasks/household.ts'

let db: Database
let ana: User
let eve: User

beforeAll(async () => {
  db = await emptyHouse()
  ana = await person(db, 'ana')
  eve = await person(db, 'eve')
})

/** The titles of the tasks that `user` finds, in order: the open ones, then completed ones if they were asked for. */
async function found(user: User, text: string, completed = false): Promise<string[]> {
  const { open, done } = await search(db, user, { text, completed }, NOON)
  return [...(open?.rows ?? []), ...(done?.rows ?? [])].map(({ title }) => title)
}

const note = (user: User, id: string, notes: string, house = db) =>
  editTask(house, user, id, { notes }, { notes: '' }, asked)

const LONG_NOTES = `${Array.from({ length: 400 }, (_, i) => `word${i}`).join(' ')} saffron at the end`

describe('what is found by words', () => {
  beforeAll(async () => {
    const [, , invoice, , ben] = await addAll(
      db,
      ana,
      'Oat milk',
      'Milk the goats',
      'Pay the Épicerie invoice',
      'Straße fegen',
      'Call Ben about 9/11 Report',
      '牛乳を買う',
      'اتصل بالبنك',
      'Get 100% done *now*',
    )
    await note(ana, invoice ?? '', 'The milk was 12% dearer.\nAsk “Zoë” & co: re-send it.')
    await note(ana, ben ?? '', 'He knows who drinks oat.')
    await addAll(db, eve, 'Milk of hers', 'Secret garden')
  })

  test.each<[text: string, titles: string[]]>([
    ['milk', ['Oat milk', 'Milk the goats', 'Pay the Épicerie invoice']],
    ['MILK', ['Oat milk', 'Milk the goats', 'Pay the Épicerie invoice']],
    ['mil', ['Oat milk', 'Milk the goats', 'Pay the Épicerie invoice']],
    ['m', ['Oat milk', 'Milk the goats', 'Pay the Épicerie invoice']],
    ['milkmaid', []],
    ['ilk', []],
    ['milk oat', ['Oat milk']],
    ['oa mil', ['Oat milk']],
    ['invoice zoe', ['Pay the Épicerie invoice']],
    ['epicerie', ['Pay the Épicerie invoice']],
    ['épic', ['Pay the Épicerie invoice']],
    ['ÉPICERIE', ['Pay the Épicerie invoice']],
    ['e\u0301picerie', ['Pay the Épicerie invoice']],
    ['strasse', ['Straße fegen']],
    ['STRASSE', ['Straße fegen']],
    ['9/11', ['Call Ben about 9/11 Report']],
    ['11/9', []],
    ['re-send', ['Pay the Épicerie invoice']],
    ['oat', ['Oat milk', 'Call Ben about 9/11 Report']],
    ['牛乳', ['牛乳を買う']],
    ['買', ['牛乳を買う']],
    ['乳牛', []],
    ['بالبنك', ['اتصل بالبنك']],
    ['"oat milk"', ['Oat milk']],
    ['"milk oat"', []],
    ['"oat mil"', []],
    ['text: milk', ['Oat milk', 'Milk the goats', 'Pay the Épicerie invoice']],
    ['100%', ['Get 100% done *now*']],
    ['%', []],
    ['_', []],
    ['*', []],
    ['mi*', ['Oat milk', 'Milk the goats', 'Pay the Épicerie invoice']],
    ['-milk', ['Oat milk', 'Milk the goats', 'Pay the Épicerie invoice']],
    ['milk OR secret', []],
    ['milk NOT oat', []],
    ['NEAR milk', []],
    ['title:milk', []],
    ["milk' or 1=1 --", []],
    ['milk;drop', []],
    ['\\', []],
    ["'", []],
    ['^milk', ['Oat milk', 'Milk the goats', 'Pay the Épicerie invoice']],
    ['o0', []],
    ['milk:*', ['Oat milk', 'Milk the goats', 'Pay the Épicerie invoice']],
    ['<->', []],
    ['milk <-> goats', ['Milk the goats']],
    ['\u0000', []],
    ['secret', []],
    ['garden', []],
    ['x'.repeat(1900), []],
    [Array.from({ length: 900 }, () => 'm').join(' '), ['Oat milk', 'Milk the goats', 'Pay the Épicerie invoice']],
  ])('%p', async (text, titles) => expect((await found(ana, text)).sort()).toEqual(titles.sort()))

  test('titles come before notes, and in each the newest before the older', async () => {
    expect(await found(ana, 'milk')).toEqual(['Oat milk', 'Milk the goats', 'Pay the Épicerie invoice'])
    expect(await found(ana, 'oat')).toEqual(['Oat milk', 'Call Ben about 9/11 Report'])
  })

  test('Eve finds hers, and never a word of Ana’s', async () => {
    expect(await found(eve, 'milk', true)).toEqual(['Milk of hers'])
    for (const text of ['oat', 'goats', 'zoe', '!hers', '"oat milk"', 'milk | oat']) {
      for (const title of await found(eve, text, true)) expect(['Milk of hers', 'Secret garden']).toContain(title)
    }
  })
})

describe('the words follow the tasks', () => {
  test('added, renamed, noted, completed, reopened, deleted', async () => {
    const [id = ''] = await addAll(db, ana, 'Quince jam')
    expect(await found(ana, 'quince')).toEqual(['Quince jam'])
    await editTask(db, ana, id, { title: 'Fig jam' }, { title: 'Quince jam' }, asked)
    expect([await found(ana, 'quince'), await found(ana, 'fig')]).toEqual([[], ['Fig jam']])
    await note(ana, id, 'With cardamom')
    expect(await found(ana, 'cardamom')).toEqual(['Fig jam'])
    await completeTask(db, ana, id, asked)
    expect([await found(ana, 'fig'), await found(ana, 'fig', true)]).toEqual([[], ['Fig jam']])
    await reopenTask(db, ana, id, asked)
    expect(await found(ana, 'fig')).toEqual(['Fig jam'])
    await deleteTask(db, ana, id, asked)
    expect(await found(ana, 'fig', true)).toEqual([])
  })

  test('open ones stand before completed ones', async () => {
    const [, , last = ''] = await addAll(db, ana, 'Plum one', 'Plum two', 'Plum three')
    await completeTask(db, ana, last, asked)
    expect(await found(ana, 'plum', true)).toEqual(['Plum one', 'Plum two', 'Plum three'])
  })

  test('whoever is let into a list finds what is in it, and no more when they have to leave', async () => {
    const ben = await person(db, 'ben')
    const list = (await inboxOf(db, ana)).id
    await addAll(db, ana, 'Rhubarb')
    expect(await found(ben, 'rhubarb')).toEqual([])
    await share(db, list, ben)
    expect(await found(ben, 'rhubarb')).toEqual(['Rhubarb'])
    await db.deleteFrom('list_members').where('user_id', '=', ben.id).where('list_id', '=', list).execute()
    expect(await found(ben, 'rhubarb')).toEqual([])
  })

  test('written anew they are the same', async () => {
    const before = [await found(ana, 'milk', true), await found(ana, 'plum', true), await found(ana, 'fig', true)]
    await db.transact(keepAllWords)
    expect([await found(ana, 'milk', true), await found(ana, 'plum', true), await found(ana, 'fig', true)]).toEqual(
      before,
    )
  })

  test('of a task that is purged nothing stays', async () => {
    const [id = ''] = await addAll(db, ana, 'Zucchini')
    const words =
      testKind === 'sqlite'
        ? sql<{ n: number }>`select count(*) as n from task_words where title = 'zucchini'`
        : sql<{ n: number }>`select count(*) as n from task_words where words::text like '%zucchini%'`
    const count = async () => Number((await words.execute(db)).rows[0]?.n)
    expect(await count()).toBe(1)
    await db.transact((trx) => trx.deleteFrom('tasks').where('id', '=', id).execute())
    expect(await count()).toBe(0)
    expect(await found(ana, 'zucchini', true)).toEqual([])
  })
})

describe('the words of long notes', () => {
  test('are found, alone and together with those of the title, after those in titles', async () => {
    const [, id = '', other = ''] = await addAll(db, eve, 'Saffron', 'Paella', 'Broth')
    await note(eve, id, LONG_NOTES)
    await note(eve, other, 'A little saffron.')
    expect(await found(eve, 'saffron')).toEqual(['Saffron', 'Paella', 'Broth'])
    expect(await found(eve, 'paella saff')).toEqual(['Paella'])
    expect(await found(eve, '"saffron at the end"')).toEqual(['Paella'])
    expect(await found(eve, 'paella')).toEqual(['Paella'])
    expect(await found(eve, '!saffron & paella')).toEqual([])
    expect(await found(ana, 'saffron', true)).toEqual([])
  })

  test('go with the task, and are not written again before they change', async () => {
    const [id = ''] = await addAll(db, ana, 'Bouillabaisse')
    await note(ana, id, LONG_NOTES)
    const { id: work } = await addList(db, ana, { name: 'Kitchen', color: '' }, asked)
    const written = await longWords()
    expect(written.length).toBeGreaterThan(0)
    const places = async () => [
      await found(ana, 'bouillabaisse saffron'),
      (await found(ana, 'bouillabaisse saffron', true)).length,
      await found(ana, '#Kitchen & saffron'),
    ]
    const deeds: [work: () => Promise<unknown>, places: (number | string[])[]][] = [
      [() => completeTask(db, ana, id, asked), [[], 1, []]],
      [() => reopenTask(db, ana, id, asked), [['Bouillabaisse'], 1, []]],
      [
        () => changeMany(db, ana, [id], { do: 'move', to: { list: work } }, asked),
        [['Bouillabaisse'], 1, ['Bouillabaisse']],
      ],
      [() => changeMany(db, ana, [id], { do: 'complete' }, asked), [[], 1, []]],
      [() => deleteTask(db, ana, id, asked), [[], 0, []]],
      [() => restoreTask(db, ana, id, asked), [[], 1, []]],
      [() => reopenTask(db, ana, id, asked), [['Bouillabaisse'], 1, ['Bouillabaisse']]],
    ]
    for (const [deed, expected] of deeds) {
      await deed()
      expect(await places()).toEqual(expected)
      expect(await longWords()).toEqual(written)
    }
    await editTask(db, ana, id, { notes: 'Short' }, { notes: LONG_NOTES }, asked)
    expect([await found(ana, 'bouillabaisse saffron'), await found(ana, 'bouillabaisse short')]).toEqual([
      [],
      ['Bouillabaisse'],
    ])
  })

  test('of a task that is purged are gone', async () => {
    const [id = ''] = await addAll(db, ana, 'Risotto')
    await note(ana, id, LONG_NOTES.replaceAll('saffron', 'parmesan'))
    const count = async () =>
      Number((await sql<{ n: number }>`select count(*) as n from task_words_long`.execute(db)).rows[0]?.n)
    const before = await count()
    await db.transact((trx) => trx.deleteFrom('tasks').where('id', '=', id).execute())
    expect(await count()).toBe(before - 1)
    expect(await found(ana, 'parmesan', true)).toEqual([])
  })
})

/** The rows in which the words of long notes stand, as the database wrote them: another text when one was written again. */
async function longWords(): Promise<string[]> {
  const rows =
    testKind === 'sqlite'
      ? sql<{ row: string }>`select id || ' ' || hex(block) as row from task_words_long_data order by id`
      : sql<{ row: string }>`select task_id || ' ' || xmin as row from task_words_long order by task_id`
  return (await rows.execute(db)).rows.map(({ row }) => row)
}

test('whatever somebody looks for is answered, or refused in a sentence', async () => {
  const piece = fc.oneof(
    fc.constantFrom(
      ...'&|!()"#@/+:*^%_-\\\'',
      ' ',
      ' & ',
      ' | ',
      'milk',
      'NOT',
      'AND',
      'NEAR(',
      '{title}',
      "'':*",
      '<->',
      ':A',
    ),
    fc.string({ unit: 'binary', maxLength: 8 }),
    fc.constantFrom(
      'due before: friday',
      'next 7 days',
      'completed',
      'p1',
      'no label',
      'text: oat',
      '"oat milk"',
      '+me',
      '#Inbox',
    ),
  )
  const text = fc.array(piece, { minLength: 1, maxLength: 12 }).map((pieces) => pieces.join(''))
  const answered = async (asked: string) => {
    try {
      await search(db, ana, { text: asked, completed: true }, NOON)
    } catch (error) {
      expect([asked, error]).toEqual([asked, expect.any(Refusal)])
    }
  }
  await fc.assert(fc.asyncProperty(text, answered), { numRuns: 100 })
  const many = Array.from({ length: 500 }, (_, i) => `w${i}`).join(' ')
  for (const words of [many, `"${many}"`, `!"${'a b '.repeat(400)}" & p4`]) await answered(words)
}, 60_000)

test('a copy of the database, and what is restored from it, finds the same', async () => {
  const { dir } = await freshDatabase({ empty: true })
  const [path, target] = [join(dir, 'copy.db'), join(dir, 'restored.db')]
  await copyDatabase(db, path)
  const wanted = await found(ana, 'milk', true)
  expect(wanted.length).toBeGreaterThan(0)
  const copy = connect({ file: path })
  expect((await search(copy, ana, { text: 'milk' }, NOON)).open?.rows.map(({ title }) => title)).toEqual(
    await found(ana, 'milk'),
  )
  await copy.close()
  if (testKind === 'sqlite') return
  const staged = await stage(path, target, { keys: undefined, newKey: true, now: NOON })
  await replacePostgres(staged, db, join(dir, 'backups'), NOON)
  staged.discard()
  expect(await found(ana, 'milk', true)).toEqual(wanted)
})

test.if(testKind === 'postgres')('words that an earlier version wrote are found after the upgrade', async () => {
  const old = await emptyHouse()
  const ben = await person(old, 'ben')
  await addAll(old, ben, 'Oat milk')
  await sql`delete from migrations where name between '0007' and '0010'`.execute(old)
  await sql`alter table task_words drop column scope`.execute(old)
  await sql`alter table task_words add column state text collate "C" not null default 'open'`.execute(old)
  await sql`create index newest_words on task_words (list_id, state, number)`.execute(old)
  await sql`drop table task_words_long`.execute(old)
  await sql`update task_words set words = '''^milk'':2 ''milk'':2'::tsvector`.execute(old)
  expect(await migrate(old)).toContain('0007-words-by-scope')
  expect((await search(old, ben, { text: 'milk' }, NOON)).open?.rows.map(({ title }) => title)).toEqual(['Oat milk'])
})

test.if(testKind === 'sqlite')(
  'words that an earlier version wrote are found after the upgrade of a file',
  async () => {
    const old = await emptyHouse()
    const ben = await person(old, 'ben')
    const [id = ''] = await addAll(old, ben, 'Oat milk')
    await note(ben, id, LONG_NOTES, old)
    await sql`delete from migrations where name between '0008' and '0010'`.execute(old)
    await sql`drop trigger forget_long_words`.execute(old)
    await sql`drop table task_words_long`.execute(old)
    await sql`alter table task_numbers drop column scope`.execute(old)
    expect(await migrate(old)).toEqual(['0008-long-words', '0009-priorities'])
    for (const text of ['milk', 'saffron', 'milk saffron'])
      expect((await search(old, ben, { text }, NOON)).open?.rows.map(({ title }) => title)).toEqual(['Oat milk'])
  },
)

test('what is found is shown a page at a time, and nothing is left out or shown twice', async () => {
  const zoe = await person(db, 'zoe')
  const list = (await inboxOf(db, zoe)).id
  const rows = Array.from({ length: 700 }, (_, i) => ({
    ...{
      id: newId(),
      list_id: list,
      position: 'a0',
      created_by: zoe.id,
      created_at: NOON.toISOString(),
      deleted_at: null,
    },
    ...(i < 300 ? { title: 'Other', notes: 'jar' } : { title: `Jar ${i}`, notes: '' }),
    completed_at: i >= 250 && i < 350 ? NOON.toISOString() : null,
  }))
  const ids = rows.map(({ id }) => id)
  await db.insertInto('tasks').values(rows).execute()
  await db.transact((trx) => keepWords(trx, rows))
  const seen: string[] = []
  for (const wanted of ['open', 'done'] as const) {
    let after: { id: string; part: 'title' | 'rest' | 'done-title' | 'done-rest' } | undefined
    do {
      const results = await search(db, zoe, { text: 'jar', completed: true, after }, NOON)
      const group = results[wanted]
      expect(group?.rows.length).toBeLessThanOrEqual(50)
      seen.push(...(group?.rows ?? []).map(({ id }) => id))
      after = group?.next
    } while (after)
  }
  expect(seen.length).toBe(700)
  expect(new Set(seen)).toEqual(new Set(ids))
  expect((await search(db, zoe, { text: 'jar', after: { id: newId(), part: 'rest' } }, NOON)).done).toBeUndefined()
})
