import { z } from 'zod'
import { inOneLine } from '#core/line.ts'
import { Refusal } from '#core/refusal.ts'
import type { Any } from './env.ts'
import { isOutbox, refuseToOutbox } from './streams.ts'

const LONGEST_BODY = 1024 * 1024

/** What was typed into a form: each name once, or a list where it came several times. */
export class Form {
  readonly #values = new Map<string, string[]>()

  constructor(pairs: [string, string][]) {
    for (const [name, value] of pairs) {
      const values = this.#values.get(name)
      if (values) values.push(value)
      else this.#values.set(name, [value])
    }
  }

  /** What was typed into `name`; empty when there is nothing. */
  text(name: string): string {
    return this.#values.get(name)?.[0] ?? ''
  }

  has(name: string): boolean {
    return this.#values.has(name)
  }

  /** The fields called `names`. Refuses one that came twice. Others are not looked at. */
  pick(names: string[]): Record<string, string> {
    const picked: Record<string, string> = {}
    for (const name of names) {
      const values = this.#values.get(name) ?? []
      if (values.length > 1) throw new Refusal('invalid', `The field "${name}" came more than once.`)
      if (values.length === 1) picked[name] = values[0]!
    }
    return picked
  }

  /** Everything that was typed into `name`, in its order: for fields that may come several times. */
  all(name: string): string[] {
    return this.#values.get(name) ?? []
  }

  /** All fields in a fixed order, to tell one request from another. */
  fingerprint(): string {
    return JSON.stringify([...this.#values].filter(([name]) => name !== 'op').sort(([a], [b]) => (a < b ? -1 : 1)))
  }
}

/** What is wrong with a form: a sentence for each field; under '' what is wrong with all of it. */
export type Problems = Record<string, string>

const EMPTY = new Form([])
/** A form in which nothing was typed yet. */
export const emptyForm = (): Form => EMPTY

/**
 * The form in a request's body. Refuses another type of body, one over 1 MiB, and any that is not
 * proper percent-encoded UTF-8, so that what is stored is what was typed.
 */
export async function readForm(c: Any): Promise<Form> {
  const type = c.req.header('Content-Type')?.split(';')[0]?.trim().toLowerCase() ?? ''
  const bytes = await readBody(c.req.raw)
  if (bytes.length === 0) return new Form([])
  if (type !== 'application/x-www-form-urlencoded') {
    throw new Refusal('invalid', 'Send the fields as a form (application/x-www-form-urlencoded).', {
      field: 'content-type',
    })
  }
  return new Form(pairsOf(bytes))
}

async function readBody(request: Request): Promise<Uint8Array> {
  if (Number(request.headers.get('Content-Length') ?? 0) > LONGEST_BODY) throw tooLarge()
  const parts: Uint8Array[] = []
  let length = 0
  try {
    for await (const part of request.body ?? []) {
      length += part.length
      if (length > LONGEST_BODY) throw tooLarge()
      parts.push(part)
    }
  } catch (error) {
    throw error instanceof Refusal ? error : notWhole(error)
  }
  return Buffer.concat(parts)
}

const tooLarge = () => new Refusal('too-large', 'That is more than this page can take (1 MB).')

// A body without a length is read until the server has had enough; one whose sender left ends in the middle.
const notWhole = (error: unknown) =>
  /exceeded/.test(String(error))
    ? tooLarge()
    : new Refusal('invalid', 'The form did not arrive whole, so nothing was changed. Please send it again.')

function pairsOf(bytes: Uint8Array): [string, string][] {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return text
      .split('&')
      .filter((pair) => pair !== '')
      .map((pair) => {
        const at = pair.indexOf('=')
        return at < 0 ? [decode(pair), ''] : [decode(pair.slice(0, at)), decode(pair.slice(at + 1))]
      })
  } catch {
    throw new Refusal('invalid', 'The form came in a form that cannot be read. Please go back and send it again.')
  }
}

const decode = (text: string): string => decodeURIComponent(text.replaceAll('+', ' '))

/**
 * Answers a form: reads it, checks it against `shape`, and calls `done` with the values. When a field is wrong
 * or `done` refuses, `again` shows the page once more with what was typed and a sentence for each problem,
 * with the status that fits (422 for most). To the outbox the first sentence is the whole answer.
 */
export async function submit<S extends z.ZodObject>(
  c: Any,
  shape: S,
  answers: {
    done: (values: z.output<S>, form: Form) => Response | Promise<Response>
    again: (form: Form, problems: Problems) => Response | Promise<Response>
  },
): Promise<Response> {
  const form = await readForm(c)
  try {
    return await answers.done(check(form, shape), form)
  } catch (error) {
    if (!(error instanceof Refusal) || !belongsToForm(error)) throw error
    if (error.details.retryAfterSeconds) c.header('Retry-After', String(error.details.retryAfterSeconds))
    const problems = error instanceof FormProblems ? error.problems : { [error.details.field ?? '']: error.sentence }
    if (isOutbox(c)) return refuseToOutbox(c, error.sentence, statusOf(error), Object.keys(problems)[0])
    return withStatus(statusOf(error), await answers.again(form, problems))
  }
}

/**
 * The values of a form as `shape` reads them. A field of the shape that is a `z.array` may come several times, any other
 * once. Throws what `submit` shows, or what the error page says.
 */
export function check<S extends z.ZodObject>(form: Form, shape: S): z.output<S> {
  const names = Object.keys(shape.shape)
  const lists = names.filter((name) => isList(shape.shape[name]))
  const typed: Record<string, string | string[]> = form.pick(names.filter((name) => !lists.includes(name)))
  for (const name of lists) if (form.has(name)) typed[name] = form.all(name)
  const result = shape.safeParse(typed)
  if (result.success) return result.data
  const problems: Problems = {}
  for (const issue of result.error.issues) problems[String(issue.path[0] ?? '')] ??= issue.message
  throw new FormProblems(problems)
}

const isList = (field: unknown): boolean =>
  field instanceof z.ZodArray || (field instanceof z.ZodOptional && isList(field.unwrap()))

/** A form that cannot be taken as it is. Its own sentence is that of the first problem. */
export class FormProblems extends Refusal {
  readonly problems: Problems

  constructor(problems: Problems) {
    super('invalid', Object.values(problems)[0] ?? 'Something in the form is not right.')
    this.problems = problems
  }
}

/** The status with which a refusal is answered. */
export function statusOf(refusal: Refusal): 400 | 401 | 403 | 404 | 409 | 413 | 415 | 422 | 429 | 503 {
  if (refusal.details.field === 'content-type') return 415
  return STATUS[refusal.reason]
}

const STATUS = {
  unauthenticated: 401,
  forbidden: 403,
  'not-found': 404,
  conflict: 422,
  invalid: 422,
  'too-large': 413,
  'too-many': 429,
  busy: 503,
} as const

const belongsToForm = (refusal: Refusal): boolean =>
  ['conflict', 'invalid', 'too-many', 'busy'].includes(refusal.reason) && refusal.details.field !== 'content-type'

const withStatus = (status: number, response: Response): Response =>
  new Response(response.body, { status, headers: response.headers })

// --- kinds of fields ---

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what they look for.
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/

/** Whatever was typed, but for U+0000: nobody can type it, and PostgreSQL cannot store it. */
export const text = (missing: string) =>
  z
    .string(missing)
    .refine((typed) => !typed.includes('\0'), 'There are characters in it that cannot be shown. Please take them out.')

/** Text of several lines, at most `most` characters. Refuses control characters; PostgreSQL cannot store all of them. */
export const lines = (most: number) =>
  z
    .string('Fill this in.')
    .refine((text) => !CONTROL.test(text), 'There are characters in it that cannot be shown. Please take them out.')
    .transform((text) => text.replaceAll('\r\n', '\n'))
    .refine((text) => text.length <= most, `Use at most ${most.toLocaleString('en')} characters.`)

/** One line of text, trimmed, from 1 to `most` characters (as people count them: code points). */
export const line = (most: number, missing: string) =>
  lines(LONGEST_BODY)
    .transform(inOneLine)
    .refine((text) => text !== '', missing)
    .refine(
      (text) => text.length <= most * 2 && [...text].length <= most,
      `Use at most ${most.toLocaleString('en')} characters.`,
    )

/** The same, of which something can be seen. */
export const seenLine = (most: number, missing: string) =>
  line(most, missing).refine((text) => SEEN.test(text), missing)

// Neither blanks nor what is drawn as nothing: the fillers of Hangul are letters, and the empty braille cell is a sign.
const SEEN = /[^\p{Z}\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]/u

/** A ticked or unticked box: browsers send `on` for a ticked one, and nothing for the other. */
export const ticked = () =>
  z
    .string()
    .optional()
    .transform((value) => value === 'on')
