import { isId } from '#core/ids.ts'
import { Refusal } from '#core/refusal.ts'
import type { Database, Db } from '#db/db.ts'
import { changesOf, isOwned, journal, NotLocked, onceLocked, type Write } from '#db/journal.ts'
import { type About, lastStanding, lastUndone, OutOfTurn } from '#db/ops.ts'
import type { JournaledTable, User } from '#db/schema.ts'
import type { Asked } from '#web/op.ts'
import { groundsAfter, groundsDuring, groundsOf, listsIn, ownerOf, whyNot } from './allowed.ts'
import { keepApart } from './names.ts'
import { type Net, netsOf, rowsOf } from './nets.ts'
import { type Kept, type Plan, planOf } from './plan.ts'
import { fit } from './shape.ts'

type Person = Pick<User, 'id'>

/**
 * How far an undo came: everything is as it was before, which for what was new means gone; a part of it; or nothing,
 * because all was changed again, or because all was like that already.
 */
export type Outcome = 'done' | 'gone' | 'partly' | 'nothing' | 'already'

/** What became of an undo or redo, and what stays as it is. */
export type Undone = { op: string; outcome: Outcome; isRedo: boolean; kept: Kept[] }

/**
 * Takes back what the op `undone` of this person did, as an op of its own, which can be undone in turn. A field that
 * somebody has changed since keeps their value, what the person may no longer change stays as it is, and so does what
 * would not fit its surroundings any more. Refuses an op that is not theirs.
 */
export async function undo(db: Database, user: Person, undone: string, asked: Asked): Promise<Undone> {
  const known = await opOf(db, user, undone)
  return takeBack(db, user, undone, aboutOf(known), asked)
}

/**
 * Does again what the op `redone` of this person did and an undo took back; given an undo, it takes that back. What
 * stands already is left alone. Refuses an op that is not theirs.
 */
export async function redo(db: Database, user: Person, redone: string, asked: Asked): Promise<Undone> {
  const known = await opOf(db, user, redone)
  const again = await repeated(db, user, asked)
  if (again) return takeBack(db, user, again.undone, again.about, asked)
  if (known.what === 'undo') return takeBack(db, user, redone, aboutOf(known), asked)
  const { undone_by } = await opOf(db, user, known.act_id ?? redone)
  if (undone_by === null) return { op: redone, outcome: 'already', isRedo: true, kept: [] }
  return takeBack(db, user, undone_by, { act: known.act_id ?? redone, stands: 1 }, asked)
}

/**
 * Undoes the last thing this person did that stands; done again and again it goes back step by step. Undefined when
 * there is nothing.
 */
export const undoLast = (db: Database, user: Person, asked: Asked): Promise<Undone | undefined> =>
  inTurn(db, user, asked, async () => {
    const act = await lastStanding(db, user)
    return act && { undone: act.op_id, about: { act: act.op_id, stands: 0, inTurn: true } }
  })

/**
 * Does again what this person undid last; done again and again it goes forth step by step, until something else was
 * done meanwhile. Undefined when there is nothing.
 */
export const redoLast = (db: Database, user: Person, asked: Asked): Promise<Undone | undefined> =>
  inTurn(db, user, asked, async () => {
    const act = await lastUndone(db, user)
    return act && { undone: act.undone_by, about: { act: act.op_id, stands: 1, inTurn: true } }
  })

type Step = { undone: string; about: About }

async function inTurn(
  db: Database,
  user: Person,
  asked: Asked,
  next: () => Promise<Step | undefined>,
): Promise<Undone | undefined> {
  for (;;) {
    const step = (await repeated(db, user, asked)) ?? (await next())
    if (!step) return undefined
    try {
      return await takeBack(db, user, step.undone, step.about, asked)
    } catch (error) {
      // Somebody with the same hands took this step in another tab: the next one is ours.
      if (!(error instanceof OutOfTurn)) throw error
    }
  }
}

/** The step that was taken under this key already. */
async function repeated(db: Db, user: Person, { op }: Asked): Promise<Step | undefined> {
  const known = op === undefined ? undefined : await findOp(db, user, op)
  if (!known?.undoes || known.act_id === null) return undefined
  return { undone: known.undoes, about: { act: known.act_id, stands: known.what === 'undo' ? 0 : 1, inTurn: true } }
}

/** Undoing an undo does the act at the bottom of it again; undoing that undoes it once more. */
const aboutOf = ({ op_id, act_id, what }: Op): About => ({ act: act_id ?? op_id, stands: what === 'undo' ? 1 : 0 })

type Op = { op_id: string; what: string; undoes: string | null; act_id: string | null; undone_by: string | null }

async function opOf(db: Db, user: Person, op: string): Promise<Op> {
  const known = isId(op) ? await findOp(db, user, op) : undefined
  if (!known) throw new Refusal('not-found', 'There is nothing of yours here that could be undone.')
  return known
}

const findOp = (db: Db, user: Person, op: string): Promise<Op | undefined> =>
  db
    .selectFrom('ops')
    .select(['op_id', 'what', 'undoes', 'act_id', 'undone_by'])
    .where('user_id', '=', user.id)
    .where('op_id', '=', op)
    .executeTakeFirst()

async function takeBack(db: Database, user: Person, undone: string, about: About, asked: Asked): Promise<Undone> {
  const isRedo = about.stands === 1
  const entries = await changesOf(db, user, undone)
  const nets = netsOf(entries)
  const done = await onceLocked(async (missed) => {
    const places = await placesOf(db, user, nets, missed)
    const act = { ...asked, ...places, what: isRedo ? 'redo' : 'undo', undoes: undone, about }
    return journal(db, user, act, async (write) => {
      const plan = await planFor(write.trx, user, nets, write.now)
      refuseUnlocked(write, plan)
      await carryOut(write, plan)
      return { plan, isChanged: write.touched.size > 0 }
    })
  })
  const { plan, isChanged } = done.value ?? {
    plan: await planFor(db, user, nets, asked.now),
    isChanged: (await changesOf(db, user, done.op)).length > 0,
  }
  // All that it was about is deleted for good.
  if (nets.length === 0 && entries.length > 0) plan.kept.push({ id: undone, why: 'purged', fields: [] })
  return { op: done.op, outcome: outcomeOf(nets, plan, isChanged), isRedo, kept: plan.kept }
}

/** What has to be locked, as far as it is theirs to change: the lists of `nets`, and others that were `missed` before. */
async function placesOf(
  db: Db,
  user: Person,
  nets: Net[],
  missed: string[],
): Promise<{ lists: string[]; owner?: string }> {
  const rows = await rowsOf(db, nets)
  const grounds = await groundsOf(db, user)
  const owner = ownerOf(grounds, user, nets, rows)
  const lists = [...listsIn(nets, rows), ...missed].filter((list) => grounds.get(list)?.isWritable)
  return { lists, ...(owner !== undefined && { owner }) }
}

async function planFor(db: Db, user: Person, nets: Net[], now: Date): Promise<Plan> {
  const rows = await rowsOf(db, nets)
  const grounds = await groundsOf(db, user)
  const after = groundsAfter(grounds, nets)
  const during = groundsDuring(grounds, after)
  const plan = planOf(nets, rows, (net, row) => whyNot(user, during, net, row), now)
  await fit(db, plan, rows, after)
  await keepApart(db, plan, rows)
  return plan
}

const TABLES: JournaledTable[] = ['lists', 'sections', 'labels', 'filters', 'tasks', 'task_labels', 'completions']

// What a task is a part of may stand in a third list by now, and takes it there. Only the plan knows.
function refuseUnlocked(write: Write, plan: Plan): void {
  const fields = TABLES.filter((table) => !isOwned(table)).flatMap((table) => [...plan.in(table).values()])
  const lists = [...new Set(fields.map(({ list_id }) => list_id))].filter((list) => typeof list === 'string')
  const missed = lists.filter((list) => !write.isLocked(list))
  if (missed.length > 0) throw new NotLocked(missed)
}

async function carryOut(write: Write, plan: Plan): Promise<void> {
  for (const table of TABLES) await write.updateAll(table, plan.in(table))
}

function outcomeOf(nets: Net[], { kept, there }: Plan, isChanged: boolean): Outcome {
  if (kept.length > 0) return isChanged || there > 0 ? 'partly' : 'nothing'
  if (!isChanged) return nets.length > 0 ? 'already' : 'nothing'
  return nets.every(({ before }) => before === undefined) && !isLabelling(nets) ? 'gone' : 'done'
}

/** A task that was given a label, new or not, is still there without it. */
const isLabelling = (nets: Net[]): boolean =>
  nets.some(({ table }) => table === 'task_labels') && nets.every(({ table }) => table !== 'tasks')
