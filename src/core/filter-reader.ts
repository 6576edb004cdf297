import type { WordContext } from './date-words.ts'
import { dayAtStart } from './filter-days.ts'
import { type Filter, joined, negated, type Priority } from './filter-tree.ts'
import { type DayField, daysIn, FIELDS, MARKERS, type Marker, SIDES, type Side, wordIn } from './filter-words.ts'

/** The longest filter, in characters; the deepest ( … ); the most conditions. */
export const MOST_CHARACTERS = 2000
export const MOST_DEPTH = 20
export const MOST_CONDITIONS = 100

/** Why a filter cannot be read, and the column at which that shows. */
export class Misread extends Error {
  readonly column: number

  constructor(sentence: string, column: number) {
    super(sentence)
    this.column = column
  }
}

/** Reads a filter once, from its beginning to its end. Throws `Misread`. */
export class Reader {
  readonly #text: string
  readonly #context: WordContext
  #at = 0
  #conditions = 0

  constructor(text: string, context: WordContext) {
    this.#text = text
    this.#context = context
  }

  /** The filter that all of the text is. */
  whole(): Filter {
    const { length } = this.#text
    if (length > MOST_CHARACTERS) {
      throw new Misread(`This is too long: ${MOST_CHARACTERS.toLocaleString('en')} characters is the most.`, 1)
    }
    if (this.#text.trim() === '') throw new Misread('Write what to look for, for example “today | overdue”.', 1)
    const filter = this.#either(0)
    if (this.#at < length)
      throw this.#misread('The “)”', 'has no “(” before it. In quotes it is looked for as it is: ")".')
    return filter
  }

  #either(depth: number): Filter {
    const of = [this.#both(depth)]
    while (this.#takes('|')) of.push(this.#both(depth))
    return joined('or', of)
  }

  #both(depth: number): Filter {
    const of = [this.#one(depth)]
    while (this.#takes('&') || this.#goesOn()) of.push(this.#one(depth))
    return joined('and', of)
  }

  #one(depth: number): Filter {
    let isNot = false
    while (this.#takes('!')) isNot = !isNot
    const filter = this.#plain(depth)
    return isNot ? negated(filter) : filter
  }

  #plain(depth: number): Filter {
    this.#space()
    const char = this.#text[this.#at] ?? ''
    if (char === '' || '&|)'.includes(char)) throw this.#nothingHere()
    if (char === '(') return this.#group(depth)
    this.#conditions++
    if (this.#conditions > MOST_CONDITIONS) {
      throw this.#misread('The condition', `is one too many: ${MOST_CONDITIONS} is the most.`)
    }
    return this.#quoted() ?? this.#named() ?? this.#priority() ?? this.#day() ?? this.#marked() ?? this.#run()
  }

  #group(depth: number): Filter {
    const opened = this.#at
    if (depth >= MOST_DEPTH) {
      throw this.#misread('The “(”', `is nested too deep: ${MOST_DEPTH} levels of ( … ) is the most.`)
    }
    this.#at++
    const filter = this.#either(depth + 1)
    if (!this.#takes(')')) throw this.#misread('The “(”', 'is never closed: a “)” is missing.', opened)
    return filter
  }

  /** Words in quotes: nothing in them means anything else. */
  #quoted(): Filter | undefined {
    const words = this.#quote()
    return words === undefined ? undefined : { is: 'text', words, exact: true }
  }

  #quote(): string | undefined {
    const opened = this.#at
    if (!this.#sees(QUOTE)) return undefined
    const found = this.#take(QUOTED)
    if (!found) throw this.#misread('The quote', 'is never closed.', opened)
    const words = inOneLine(found[1]!.replace(/\\(.)/gsu, '$1'))
    if (words === '') throw this.#misread('The quotes', 'have nothing between them.', opened)
    return words
  }

  #named(): Filter | undefined {
    if (!this.#sees(MARKED)) return undefined
    const began = this.#at
    const marker = this.#text[began] as Marker
    this.#at++
    // Where lists lie inside lists, ## means those inside too; ours do not.
    if (marker === '#' && this.#text[this.#at] === '#') this.#at++
    const name = this.#quote() ?? this.#take(NAME)?.[0]
    if (name !== undefined) return { is: MARKERS[marker], name }
    throw this.#misread(`The “${marker}”`, `lacks the name of a ${MARKERS[marker]} behind it.`, began)
  }

  #priority(): Filter | undefined {
    const found = this.#take(PRIORITY)
    return found ? { is: 'priority', priority: Number(found[1]) as Priority } : undefined
  }

  #day(): Filter | undefined {
    const began = this.#at
    const found = this.#take(FIELD)
    if (!found) return this.#wrongSide()
    const field = found[1]!.toLowerCase() as DayField
    const side = (found[2]?.toLowerCase() ?? 'on') as Side
    this.#space()
    const words = this.#wordsAhead()
    if (words.length === 0) {
      throw this.#misread(`“${inOneLine(found[0])}”`, 'lacks a day behind it, for example “friday”.', began)
    }
    const read = dayAtStart(words, this.#context)
    if (read === 'unknown') throw this.#misread(`“${shown(words)}”`, 'does not begin with a day, for example “friday”.')
    if (read === 'timed') throw this.#misread(`“${shown(words)}”`, 'has a time in it, but a filter compares days.')
    for (let i = 0; i < read.count; i++) {
      this.#space()
      this.#take(WORD)
    }
    return { is: 'day', field, side, day: read.day, words: read.words }
  }

  /** `due befor: friday` is more likely a slip than a text to look for. */
  #wrongSide(): undefined {
    const found = this.#sees(WRONG_SIDE)
    if (!found) return undefined
    const [whole, field = '', side = ''] = found
    const at = this.#at + whole.indexOf(side, field.length)
    throw this.#misread(`“${shown([side])}”`, `is neither “before” nor “after”, which can follow “${field}”.`, at)
  }

  /** `text: …` up to the next sign: nothing in it means anything else. */
  #marked(): Filter | undefined {
    const began = this.#at
    if (!this.#take(TEXT)) return undefined
    this.#space()
    const quoted = this.#quoted()
    if (quoted) return quoted
    const words = this.#words(() => true)
    if (words.length > 0) return { is: 'text', words: words.join(' ') }
    throw this.#misread('“text:”', 'lacks the words to look for behind it.', began)
  }

  /** Words side by side. They are one of ours when all of them together are; else they are looked for. */
  #run(): Filter {
    const words = this.#words(() => !this.#startsOther()).join(' ')
    const word = wordIn(words)
    if (word !== undefined) return { is: 'word', word }
    const days = daysIn(words)
    return days === undefined ? { is: 'text', words } : { is: 'next', days }
  }

  /** The next words; from the second on, as long as `isMine` holds where each begins. */
  #words(isMine: () => boolean): string[] {
    const words: string[] = []
    for (;;) {
      const before = this.#at
      this.#space()
      const isNext = !this.#sees(QUOTE) && (words.length === 0 || isMine())
      const word = isNext ? this.#take(WORD)?.[0] : undefined
      if (word === undefined) {
        this.#at = before
        return words
      }
      words.push(word)
    }
  }

  #startsOther(): boolean {
    return [NAMED, PRIORITY, TEXT, FIELD, WRONG_SIDE, NOT].some((pattern) => this.#sees(pattern))
  }

  #wordsAhead(): string[] {
    const before = this.#at
    const words = this.#words(() => true)
    this.#at = before
    return words
  }

  /** Whether something follows that belongs to what stands before it. */
  #goesOn(): boolean {
    this.#space()
    return this.#at < this.#text.length && !'|)'.includes(this.#text[this.#at]!)
  }

  /** Steps over `sign` if it comes next, also when it is written twice as programmers do. */
  #takes(sign: string): boolean {
    this.#space()
    if (this.#text[this.#at] !== sign) return false
    this.#at++
    if ((sign === '&' || sign === '|') && this.#text[this.#at] === sign) this.#at++
    return true
  }

  #space(): void {
    this.#take(SPACE)
  }

  #take(pattern: RegExp): RegExpExecArray | undefined {
    const found = this.#sees(pattern)
    if (found) this.#at += found[0].length
    return found
  }

  #sees(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#at
    return pattern.exec(this.#text) ?? undefined
  }

  #nothingHere(): Misread {
    const here = this.#text[this.#at]
    if (here === undefined) return this.#misread('Something', 'is missing: the filter ends there.')
    return this.#misread(`The “${here}”`, 'has nothing before it to go with.')
  }

  /** A problem with `what` stands at a place. Characters are counted as people do. */
  #misread(what: string, why: string, at = this.#at): Misread {
    const column = [...this.#text.slice(0, at)].length + 1
    return new Misread(`${what} at character ${column} ${why}`, column)
  }
}

const inOneLine = (text: string): string => text.trim().replace(/\s+/g, ' ')

/** As much of what was written as a sentence can hold. */
function shown(words: string[]): string {
  const characters = [...words.join(' ')]
  return characters.length > 40 ? `${characters.slice(0, 40).join('')}…` : characters.join('')
}

// Sticky: they look at one place.
const SPACE = /\s+/y
const WORD = /[^\s&|()]+/y
const PRIORITY = /p([1-4])(?=[\s&|()]|$)/iy
const TEXT = /text\s*:/iy
const FIELD = new RegExp(`(${FIELDS.join('|')})(?:\\s+(${SIDES.join('|')}))?\\s*:`, 'iy')
const WRONG_SIDE = new RegExp(`(${FIELDS.join('|')})\\s+([^\\s&|():]+)\\s*:`, 'iy')
const QUOTED = /["“”„]((?:[^"“”„\\]|\\.)*)["“”]/suy
const QUOTE = /["“”„]/y
const MARKED = /[#/@+]/y
// In the middle of words a sign alone is one of them: salt + pepper.
const NAMED = /[#/@+](?=[^\s&|()])/y
const NOT = /!/y
const NAME = /[^\s&|()"“”„]+/y
