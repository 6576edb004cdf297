/** The parts of a run, in the order they are listed. */
export const PARTS = ['types', 'style', 'sqlite', 'postgres', 'e2e'] as const
export type Part = (typeof PARTS)[number]

/** What somebody wants tested: these parts, of their files those whose path holds one of `words`. */
export type Wishes = { parts: Part[]; words: string[]; name: string | undefined }

/**
 * Reads the arguments of `npm test -- …`: words choose files by path, `--only PART` (may be repeated, or
 * hold commas) chooses parts, `-t NAME` tests by name. Words or a name alone leave out the checks that
 * have no test files. Throws an `Error` with a sentence about an argument it does not know.
 */
export function readWishes(args: string[]): Wishes {
  const only: Part[] = []
  const words: string[] = []
  let name: string | undefined
  const left = [...args]
  for (let arg = left.shift(); arg !== undefined; arg = left.shift()) {
    if (arg === '--only') only.push(...partsIn(left.shift()))
    else if (arg.startsWith('--only=')) only.push(...partsIn(arg.slice('--only='.length)))
    else if (arg === '-t') name = left.shift()
    else if (arg.startsWith('-')) throw new Error(`There is no ${arg}. ${USAGE}`)
    else words.push(arg)
  }
  const chosen = only.length > 0 ? PARTS.filter((part) => only.includes(part)) : [...PARTS]
  const few = only.length === 0 && (words.length > 0 || name !== undefined)
  return { parts: few ? chosen.filter(hasFiles) : chosen, words, name }
}

const USAGE = `Write: npm test -- [WORD IN A FILE'S PATH …] [--only ${PARTS.join('|')}] [-t NAME]`

const partsIn = (text: string | undefined): Part[] =>
  (text ?? '').split(',').map((word) => {
    const part = PARTS.find((known) => known === word)
    if (!part) throw new Error(`There is no part called “${word}”. ${USAGE}`)
    return part
  })

const hasFiles = (part: Part): boolean => part !== 'types' && part !== 'style'

/** Those of `files` that `part` runs for these wishes, sorted. */
export function filesOf(part: Part, files: string[], words: string[]): string[] {
  const wanted = (file: string) => words.length === 0 || words.some((word) => file.includes(word))
  return files.filter((file) => belongs(file, part) && wanted(file)).sort()
}

function belongs(file: string, part: Part): boolean {
  if (!hasFiles(part)) return false
  if (part === 'e2e') return file.startsWith('test/e2e/')
  // What never meets a database would only be run twice.
  if (part === 'postgres' && /^test\/(client|core|workshop)\//.test(file)) return false
  return !file.startsWith('test/e2e/')
}
