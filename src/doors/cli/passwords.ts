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
  const first = await askHidden('Password: ')
  const second = await askHidden('Once more: ')
  if (first === second) return first
  throw new Refusal('invalid', 'The two passwords are not the same. Nothing was changed.')
}

/** Asks at the terminal. What is typed is not shown; Ctrl-C and Ctrl-D give up. */
function askHidden(question: string): Promise<string> {
  process.stderr.write(question)
  return new Promise((resolve, reject) => {
    const typed: string[] = []
    const decoder = new TextDecoder()
    const end = () => {
      process.stdin.off('data', hear).setRawMode(false).pause()
      process.stderr.write('\n')
    }
    const hear = (chunk: Buffer) => {
      for (const character of decoder.decode(chunk, { stream: true })) {
        if (character === '\r' || character === '\n') {
          end()
          return resolve(typed.join(''))
        }
        if (character === '\u0003' || character === '\u0004') {
          end()
          return reject(new Refusal('invalid', 'Nothing was changed.'))
        }
        if (character === '\u007f' || character === '\b') typed.pop()
        else typed.push(character)
      }
    }
    process.stdin.setRawMode(true).on('data', hear).resume()
  })
}

async function firstLine(): Promise<string> {
  const [line = ''] = (await Bun.stdin.text()).split(/\r?\n/)
  return line
}
