import { addDays, type Day } from '#core/days.ts'
import { instant } from '#core/time.ts'
import { instantOf, wallClockIn } from '#core/wall-clock.ts'
import type { Database, Db } from '#db/db.ts'
import { dueByDay, dueByInstant } from '#db/due.ts'
import { journal } from '#db/journal.ts'
import type { Task, User } from '#db/schema.ts'
import { todayFor } from '#web/dates.ts'
import type { Asked } from '#web/op.ts'

type Reader = Pick<User, 'id' | 'zone' | 'day_starts'>

/**
 * Makes everything that is overdue for `user` due today, as one op: what Today shows as overdue, on all of its pages. Times
 * stay as they are, and so do the rules of what repeats. Tasks in lists that they may only read are left alone.
 */
export async function rescheduleOverdue(db: Database, user: Reader, asked: Asked): Promise<{ op: string }> {
  const lists = [...new Set((await overdueOf(db, user, asked.now)).map(({ list_id }) => list_id))]
  const { today } = todayFor(user, asked.now)
  return journal(db, user, { ...asked, what: 'today.rescheduled', lists }, async (write) => {
    // Read again now that the lists are locked. What came into another list meanwhile waits for the next time.
    const overdue = (await overdueOf(write.trx, user, asked.now)).filter(({ list_id }) => lists.includes(list_id))
    await write.updateAll('tasks', new Map(overdue.map((task) => [task.id, dueOn(today, task, user.zone)])))
  })
}

type Overdue = Pick<Task, 'id' | 'list_id' | 'due_time' | 'due_zone' | 'due_at'>

async function overdueOf(db: Db, user: Reader, now: Date): Promise<Overdue[]> {
  const when = todayFor(user, now)
  const began = instant(instantOf(when.today, '00:00', user.zone))
  const found = await Promise.all([
    dueByDay(db, when)
      .where('tasks.due_day', '<', when.today)
      .where('member.role', '<>', 'viewer')
      .select(columns)
      .execute(),
    dueByInstant(db, when)
      .where('tasks.due_at', '<', began)
      .where('member.role', '<>', 'viewer')
      .select(columns)
      .execute(),
  ])
  return found.flat()
}

const columns = ['tasks.id', 'tasks.list_id', 'tasks.due_time', 'tasks.due_zone', 'tasks.due_at'] as const

/** The fields that make a task due on `day` as people in `zone` count it. In its own zone that may be another day. */
function dueOn(day: Day, { due_time, due_zone }: Overdue, zone: string): Partial<Task> {
  if (due_zone === null || due_time === null) return { due_day: day }
  const days = [0, -1, 1, -2, 2].map((by) => addDays(day, by))
  const isToday = (there: Day) => wallClockIn(zone, instantOf(there, due_time, due_zone)).day === day
  const due_day = days.find(isToday) ?? day
  return { due_day, due_at: instant(instantOf(due_day, due_time, due_zone)) }
}
