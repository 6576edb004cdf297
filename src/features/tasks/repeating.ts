import type { Day, Time } from '#core/days.ts'
import {
  checkRule,
  occurrences,
  parseRecurrence,
  type Recurrence,
  type Rule,
  recurrenceText,
} from '#core/recurrence.ts'
import { Refusal } from '#core/refusal.ts'
import { fromRRule, toRRule } from '#core/rrule.ts'
import { readRule, ruleAt } from '#core/rule-reader.ts'
import { ruleInWords } from '#core/rule-words.ts'
import { wordsOf } from '#core/vocabulary/words.ts'
import type { Database } from '#db/db.ts'
import type { Task, User } from '#db/schema.ts'
import { todayOf, wordContext } from '#web/dates.ts'
import type { Asked } from '#web/op.ts'
import { datesAfter } from './due.ts'
import { type Changed, changeTask, refuseDeleted } from './tasks.ts'

/** In whose words a rule is written, and by whose clock. */
export type Writer = Pick<User, 'zone' | 'day_starts' | 'date_order' | 'week_start'>

/** The parts of a task that its recurrence follows from. */
export type Dated = Pick<Task, 'due_day' | 'due_time' | 'due_zone' | 'recurrence'>

/**
 * How somebody wants a task to repeat: `every 2 weeks` or an RRULE in `text`, empty for not at all. What is missing is
 * as the text says or, where it says nothing, as it was. An end here counts instead of one in the text.
 */
export type Wish = {
  text: string
  mode?: Recurrence['mode'] | undefined
  missed?: Recurrence['missed'] | undefined
  keepsSubtasks?: boolean | undefined
  end?: Pick<Rule, 'count' | 'until'> | undefined
}

/** Lets a task repeat as `wish` says. Refuses a task that does not exist for `user`, and what `repeatAfter` refuses. */
export const repeatTask = (
  db: Database,
  user: Pick<User, 'id'> & Writer,
  id: string,
  wish: Wish,
  asked: Asked,
): Promise<Changed> =>
  changeTask(db, user, id, { ...asked, what: 'task.edited' }, async (write, task) => {
    refuseDeleted(task)
    const { recurrence = null, ...dates } = repeatAfter(task, wish, user, write.now)
    const isMoved = Object.keys(dates).length > 0
    return write.update('tasks', id, { recurrence, ...(isMoved && datesAfter(task, dates)) })
  })

/**
 * What has to be written when a task is to repeat as `wish` says. The anchor is the first day of the rule from the due
 * day on (from today, when there is none), and the task is due on that day then, at the time that the text says. A rule
 * whose days stay the same keeps its anchor, so that the rhythm stays when only its end changes. Refuses, in a sentence,
 * what cannot be read and what cannot be.
 */
export function repeatAfter(task: Dated, wish: Wish, writer: Writer, now: Date): Partial<Task> {
  if (wish.text.trim() === '') return { recurrence: null }
  const before = parseRecurrence(task.recurrence ?? '')
  const from = task.due_day ?? todayOf(writer, now)
  const { recurrence: read, time } = readText(wish.text, task, writer, from, now)
  const wanted = withWish(read, wish, before)
  const problem = checkRule(wanted.rule, wanted.anchor)
  if (problem !== undefined) refuse(problem)
  const kept = before && hasSameDays(before, wanted) ? inRhythm(wanted, before) : undefined
  const [first = from] = occurrences(kept ?? wanted, from, 1)
  return {
    recurrence: recurrenceText(kept ?? { ...wanted, anchor: first }),
    due_day: kept && task.due_day !== null ? task.due_day : first,
    ...(time !== undefined && { due_time: time }),
  }
}

/**
 * A recurrence as one line that `repeatAfter` reads as the same: in words, or as an RRULE where there are no words for
 * it. Days that are left out are not in it; they stay left out as long as the rule comes on the same days.
 */
export function recurrenceInText(recurrence: Recurrence, writer: Writer): string {
  const { exdates: _, ...rule } = recurrence.rule
  const bare = { ...recurrence, rule }
  const words = ruleInWords(bare)
  const read = readRule(words, { ...customs(writer), today: bare.anchor, now: '00:00' })
  const isSame = read && toRRule({ ...read, anchor: bare.anchor }) === toRRule(bare)
  return isSame ? words : toRRule(bare)
}

type Read = { recurrence: Recurrence; time?: Time }

function readText(text: string, task: Dated, writer: Writer, from: Day, now: Date): Read {
  const { due_day, due_time, due_zone } = task
  if (isRRule(text)) {
    const clock = { time: due_time ?? undefined, zone: due_zone ?? writer.zone }
    return { recurrence: fromRRule(text, from, clock) }
  }
  const context = wordContext(writer, now)
  // A time that has passed today means tomorrow, but not where the day was chosen already.
  const time = due_day === null ? context.now : '00:00'
  const words = text.length > MOST_TEXT ? [] : wordsOf(text, true)
  const found = ruleAt(words, 0, words.length, { ...context, today: from, now: time })
  return found?.next === words.length ? found : refuse(NO_RULE)
}

const isRRule = (text: string): boolean => /\bFREQ\s*=/i.test(text)

const customs = ({ date_order, week_start }: Writer) => ({ order: date_order, weekStart: week_start }) as const

function withWish(read: Recurrence, { text, mode, missed, keepsSubtasks, end }: Wish, before?: Recurrence): Recurrence {
  const { count, until, ...days } = read.rule
  const said = { ...(count !== undefined && { count }), ...(until !== undefined && { until }) }
  return {
    rule: { ...days, ...(end ?? said) },
    anchor: read.anchor,
    mode: mode ?? (isRRule(text) ? before?.mode : undefined) ?? read.mode,
    missed: missed ?? before?.missed ?? read.missed,
    ...((keepsSubtasks ?? before?.keepsSubtasks) && { keepsSubtasks: true }),
  }
}

/** Whether both come on the same days but for where they begin and end. A count begins anew when it is changed. */
const hasSameDays = (before: Recurrence, wanted: Recurrence): boolean =>
  before.mode === wanted.mode && before.rule.count === wanted.rule.count && daysIn(before) === daysIn(wanted)

function daysIn({ rule: { count: _, until: __, exdates: ___, ...days } }: Recurrence): string {
  return toRRule({ rule: days, anchor: ANY_DAY, mode: 'schedule', missed: 'skip' })
}

const inRhythm = ({ rule, ...wanted }: Recurrence, before: Recurrence): Recurrence => ({
  ...wanted,
  anchor: before.anchor,
  rule: { ...(before.rule.exdates && { exdates: before.rule.exdates }), ...rule },
})

const MOST_TEXT = 500
const ANY_DAY = '2026-01-01'
const NO_RULE = 'These words do not say how often. Try “every 2 weeks”, “every mon, fri” or “every last day”.'

function refuse(sentence: string): never {
  throw new Refusal('invalid', sentence, { field: 'recurrence' })
}
