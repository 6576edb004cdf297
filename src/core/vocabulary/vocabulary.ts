/**
 * What a word can mean to the readers of dates, rules and quick add.
 * `day`: so many days from today · `weekday` · `month` · `number` · `ordinal` (-1: the last) · `unit` of time ·
 * `part` of a day (its time) · `clock`: a time of its own · `often`: how often something repeats · `meridiem`: added
 * to the hour · `workdays`, `weekend` · and small words named for their part in a sentence.
 */
export type Kind =
  | 'day'
  | 'tonight'
  | 'weekday'
  | 'month'
  | 'number'
  | 'ordinal'
  | 'unit'
  | 'part'
  | 'clock'
  | 'often'
  | 'meridiem'
  | 'workdays'
  | 'weekend'
  | 'on'
  | 'by'
  | 'due'
  | 'at'
  | 'from'
  | 'starting'
  | 'until'
  | 'for'
  | 'in'
  | 'next'
  | 'this'
  | 'after'
  | 'before'
  | 'end'
  | 'of'
  | 'the'
  | 'to'
  | 'and'
  | 'every'
  | 'other'
  | 'times'
  | 'ago'
  | 'o’clock'

/** The words of a language, in lower case. */
export type Vocabulary = {
  /** What each word means. A word means one thing; where it stands decides whether it is meant. */
  words: Record<string, readonly [kind: Kind, value?: string | number]>
  /** Short forms that are also names or other words: `tom`, `sun`. They count only where little else fits. */
  doubtful: ReadonlySet<string>
  /** Before a date they make it part of the sentence: bread FOR tomorrow, THE sunday. */
  lead: ReadonlySet<string>
  /** Before a day of the week they do, unless they count: ONE sunday, but chapter one, sunday. */
  some: ReadonlySet<string>
  /** After a date or a time they do: tomorrow NEVER dies, 3:10 TO Yuma. */
  follow: ReadonlySet<string>
  /** Before a day of the week they make it a name: BLACK friday. */
  named: ReadonlySet<string>
  /** Before numbers they make them anything but a date or a time: CHAPTER 3/4, JOHN 3:16. */
  counted: ReadonlySet<string>
  /** Before a short form they say that a person follows: WITH tom. */
  greeted: ReadonlySet<string>
  /** The first word that each kind of phrase is written with again. */
  said: { on: string; at: string; starting: string; for: string; from: string; before: string; minutes: string }
}
