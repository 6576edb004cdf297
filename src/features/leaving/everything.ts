import { instant } from '#core/time.ts'
import type { Db } from '#db/db.ts'
import type { User } from '#db/schema.ts'
import { devicesOf, eventsOf, identitiesOf, passkeysOf, profileOf, sessionsOf, tokensOf } from './account.ts'
import { type OwnTask, ownCompletions, ownFilters, ownLabels, ownLists, ownSections, ownTasks } from './rows.ts'

/**
 * All that belongs to `user`, as JSON, a row on each line: what they have to do, and what is known of them. No password,
 * no key, nothing that opens anything.
 */
export async function* everythingOf(db: Db, user: User, now: Date): AsyncGenerator<string> {
  yield `{\n"format": "get-it-done", "version": 1, "exported_at": "${instant(now)}",\n`
  yield `"profile": ${JSON.stringify(profileOf(user))},\n`
  yield* block('lists', once(ownLists(db, user)))
  yield* block('sections', once(ownSections(db, user)))
  yield* block('labels', once(ownLabels(db, user)))
  yield* block('filters', once(ownFilters(db, user)))
  yield* block('tasks', ownTasks(db, user), taskRow)
  yield* block('completions', ownCompletions(db, user))
  yield* block('sessions', once(sessionsOf(db, user)))
  yield* block('devices', once(devicesOf(db, user)))
  yield* block('passkeys', once(passkeysOf(db, user)))
  yield* block('identities', once(identitiesOf(db, user)))
  yield* block('tokens', once(tokensOf(db, user)))
  yield* block('events', once(eventsOf(db, user)))
  yield '"end": true\n}\n'
}

const taskRow = ({ recurrence, cancelled, ...task }: OwnTask) => ({
  ...task,
  cancelled: cancelled === 1,
  recurrence: recurrence === null ? null : (JSON.parse(recurrence) as unknown),
})

async function* once<R>(rows: Promise<R[]>): AsyncGenerator<R[]> {
  yield await rows
}

async function* block<R>(
  name: string,
  pieces: AsyncGenerator<R[]>,
  shown: (row: R) => unknown = (row) => row,
): AsyncGenerator<string> {
  yield `"${name}": [`
  let before = '\n'
  for await (const rows of pieces) {
    const lines = rows.map((row) => JSON.stringify(shown(row)))
    if (lines.length > 0) yield before + lines.join(',\n')
    if (lines.length > 0) before = ',\n'
  }
  yield '\n],\n'
}
