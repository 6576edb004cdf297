import { Refusal } from '#core/refusal.ts'

/**
 * A password for somebody: made (and returned as `made`, to be shown once), asked for twice at the terminal without showing
 * it, or the first line of standard input when that is no terminal.
 */
export async function newPassword(generate: boolean): Promise<{ password: string; made: boolean }> {
  if (generate) return { password: goodPassword(), made: true }
  const password = process.stdin.isTTY ? await askTwice() : await firstLine()
  if (password === '') throw new Refusal('invalid', 'There was no password. Nothing was changed.')
  return { password, made: false }
}

/** Twenty characters in groups, easy to read out, about 99 bits. */
export function goodPassword(): string {
  return Array.from({ length: 4 }, () => Array.from({ length: 5 }, randomCharacter).join('')).join('-')
}

// Without i, l, o, 0 and 1, which look like each other.
const CHARACTERS = 'abcdefghjkmnpqrstuvwxyz23456789'

function randomCharacter(): string {
  // Bytes from 248 up are thrown away, so that all 31 characters are equally likely.
  const [byte = 255] = crypto.getRandomValues(new Uint8Array(1))
  return byte < 248 ? CHARACTERS[byte % 31]! : randomCharacter()
}

async function askTwice(): Promise<string> {
  // Before the first question is shown: whoever types ahead, or pastes, must not see it either.
  process.stdin.setRawMode(true)
  try {
    const typing = characters()
    const first = await typedLine('Password: ', typing)
    const second = await typedLine('Once more: ', typing)
    if (first === second) return first
  } finally {
    process.stdin.setRawMode(false)
  }
  throw new Refusal('invalid', 'The two passwords are not the same. Nothing was changed.')
}

async function* characters(): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  for await (const chunk of process.stdin) yield* decoder.decode(chunk, { stream: true })
}

/** What is typed until Enter. Ctrl-C and Ctrl-D give up. */
async function typedLine(question: string, typing: AsyncGenerator<string>): Promise<string> {
  process.stderr.write(question)
  const typed: string[] = []
  for (let next = await typing.next(); !next.done; next = await typing.next()) {
    if (/[\r\n]/.test(next.value)) break
    if (next.value === CTRL_C || next.value === CTRL_D) throw new Refusal('invalid', 'Nothing was changed.')
    if (next.value === BACKSPACE || next.value === '\b') typed.pop()
    else typed.push(next.value)
  }
  process.stderr.write('\n')
  return typed.join('')
}

const CTRL_C = '\u0003'
const CTRL_D = '\u0004'
const BACKSPACE = '\u007f'

async function firstLine(): Promise<string> {
  const [line = ''] = (await Bun.stdin.text()).split(/\r?\n/)
  return line
}
