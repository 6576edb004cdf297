/** What goes with an event. Nothing secret, and nothing that a person wrote: ids, addresses, counts. */
export type Fields = Record<string, string | number | boolean | null | undefined>

/**
 * What happened, a line each. `event` is a word of ours; a field `text` holds a sentence for people, and
 * is all that is shown of the event on a terminal.
 */
export type Log = {
  info(event: string, fields?: Fields): void
  warn(event: string, fields?: Fields): void
  error(event: string, fields?: Fields, error?: unknown): void
}

/** One event as it was logged. */
export type Entry = { at: string; level: Level; event: string; fields: Fields; error?: unknown }
export type Level = 'info' | 'warn' | 'error'

/** A log that hands each event to `take`. */
export function logTo(take: (entry: Entry) => void, now: () => Date = () => new Date()): Log {
  const note =
    (level: Level) =>
    (event: string, fields: Fields = {}, error?: unknown) =>
      take({ at: now().toISOString(), level, event, fields, error })
  return { info: note('info'), warn: note('warn'), error: note('error') }
}

/** A log on standard output, as lines of JSON or of words. `auto` means words on a terminal. */
export function openLog(format: 'auto' | 'json' | 'text'): Log {
  const asText = format === 'text' || (format === 'auto' && process.stdout.isTTY)
  const line = asText ? textLine : jsonLine
  // Whoever read the log may leave (`… | head`); that is no reason to stop serving.
  process.stdout.on('error', () => {})
  const write = together((text) => process.stdout.write(text))
  return logTo((entry) => write(`${line(entry)}\n`, entry.level !== 'info'))
}

/**
 * Gathers what comes in one turn of the loop and writes it in one go: under load a write for each line costs more
 * than the line. What is `urgent` is written at once, with all that came before it.
 */
function together(write: (text: string) => void): (text: string, urgent: boolean) => void {
  let waiting = ''
  const flush = () => {
    const text = waiting
    waiting = ''
    if (text !== '') write(text)
  }
  process.on('exit', flush)
  return (text, urgent) => {
    if (waiting === '') setImmediate(flush)
    waiting += text
    if (urgent) flush()
  }
}

/** A log that nobody reads. */
export const silentLog: Log = logTo(() => {})

/** An event as a line of JSON: `at` (UTC), `level`, `event`, the fields, and of an error its name, message and stack. */
export function jsonLine({ at, level, event, fields, error }: Entry): string {
  return JSON.stringify({ at, level, event, ...fields, ...(error === undefined ? {} : { error: describe(error) }) })
}

/** An event as a line for a person at a terminal. An error brings its stack on further lines. */
export function textLine(entry: Entry): string {
  const mark = entry.level === 'info' ? '' : `${entry.level}: `
  const trace = entry.error === undefined ? '' : `\n${describe(entry.error).stack}`
  return `${entry.at.slice(11, 19)} ${mark}${words(entry)}${trace}`
}

function words({ event, fields }: Entry): string {
  if (typeof fields.text === 'string') return plain(fields.text)
  const shown = Object.entries(fields).filter(([, value]) => value !== undefined)
  return [event, ...shown.map(([name, value]) => `${name}=${plain(String(value))}`)].join(' ')
}

// What a visitor sent (a path, say) must not move the cursor or begin a line of its own.
const plain = (text: string): string =>
  text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`)

// Name, message, code and stack only: PostgreSQL's errors carry rows in `detail`.
function describe(error: unknown): { name: string; message: string; code?: string; stack: string } {
  if (!(error instanceof Error)) return { name: typeof error, message: String(error), stack: String(error) }
  const code = (error as { code?: unknown }).code
  const shown = { name: error.name, message: error.message, stack: error.stack ?? `${error.name}: ${error.message}` }
  return typeof code === 'string' ? { ...shown, code } : shown
}
