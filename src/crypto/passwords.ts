import { randomBytes } from 'node:crypto'
import { type CourseHash, courseHex, unwrapped, wrapped } from './course-hashes.ts'
import { Permits } from './permits.ts'

/** What password hashing costs, and how many may be at it. Memory in KiB, waiting in milliseconds. */
export type HashingOptions = { memoryKiB: number; passes: number; permits: number; queue: number; waitMs: number }

/** What one does with passwords. Hashing and verifying wait for a permit, and refuse when too many wait. */
export type Hashing = {
  /** Refuses when too many wait already: in a flood that costs nearly nothing. */
  refuseWhenFull(): Promise<void>
  /** The PHC string of `password`: argon2id, a 16-byte salt, a 32-byte output. Throws for one that is too long. */
  hash(password: string): Promise<string>
  /** A hash of the Flask course in one of ours, to be stored until its owner logs in: `verify` knows the password by it. */
  wrap(hash: CourseHash): Promise<string>
  /** Whether `password` made `stored`. Without a `stored` it takes as long and answers no. */
  verify(password: string, stored: string | null | undefined): Promise<boolean>
  /** Whether `stored` is weaker than what we would make now, so that the next login should make it anew. */
  outdated(stored: string): boolean
}

type Engine = {
  hash(password: string): Promise<string>
  verify(password: string, phc: string): Promise<boolean>
}

/**
 * Opens the password hashing with @node-rs/argon2, or with Bun's own argon2id when that cannot be
 * loaded (`onFallback` is told once). Both read the same PHC strings.
 */
export async function openHashing(options: HashingOptions, onFallback: () => void = () => {}): Promise<Hashing> {
  const engine = await loadEngine(options, onFallback)
  const permits = new Permits(options.permits, options.queue, options.waitMs)
  // Somebody without an account costs the same work as somebody with one.
  const nobody = await engine.hash(randomBytes(16).toString('base64url'))
  return {
    refuseWhenFull: () => permits.refuseWhenFull(),
    hash: (password) => permits.run(() => engine.hash(normal(password))),
    wrap: ({ salt, hex }) => permits.run(async () => wrapped(salt, await engine.hash(hex))),
    verify: (password, stored) =>
      permits.run(async () => {
        const proof = isTooLong(password) ? undefined : proofOf(password, stored)
        const matches = await engine.verify(proof?.text ?? '', proof?.phc ?? nobody)
        return matches && proof?.phc !== undefined
      }),
    outdated: (stored) => {
      const costs = costsOf(stored)
      return !costs || costs.memoryKiB < options.memoryKiB || costs.passes < options.passes
    },
  }
}

async function loadEngine(options: HashingOptions, onFallback: () => void): Promise<Engine> {
  try {
    const { hash, verify } = await import('@node-rs/argon2')
    const costs = { memoryCost: options.memoryKiB, timeCost: options.passes, parallelism: 1, outputLen: 32 }
    return { hash: (password) => hash(password, costs), verify: (password, phc) => verify(phc, password) }
  } catch {
    onFallback()
    const costs = { algorithm: 'argon2id', memoryCost: options.memoryKiB, timeCost: options.passes } as const
    return {
      hash: (password) => Bun.password.hash(password, costs),
      verify: (password, phc) => Bun.password.verify(password, phc),
    }
  }
}

/** The most characters (code points) and the most bytes (UTF-8) that a password may have. */
export const MOST_CHARACTERS = 256
export const MOST_PASSWORD_BYTES = 1024

/** Whether nobody can have this password. Counts bytes first: counting the characters of a megabyte is work. */
export const isTooLong = (password: string): boolean =>
  Buffer.byteLength(password) > MOST_PASSWORD_BYTES || [...password].length > MOST_CHARACTERS

/** What has to match which PHC string, when `password` is the one of `stored`. */
function proofOf(password: string, stored: string | null | undefined): { text: string; phc: string | undefined } {
  const ofCourse = stored ? unwrapped(stored) : undefined
  const phc = ofCourse?.phc ?? stored
  return {
    text: ofCourse ? courseHex(password, ofCourse.salt) : normal(password),
    phc: phc && affordable(phc) ? phc : undefined,
  }
}

// NFC, so that é typed on two keyboards is one password (NIST SP 800-63B, section 3.1.1.2). It takes half a minute
// for a megabyte of accents, so it is never asked of what is too long to be a password.
function normal(password: string): string {
  if (isTooLong(password)) throw new RangeError('This is too long for a password.')
  return password.normalize('NFC')
}

type Costs = { memoryKiB: number; passes: number; lanes: number }

function costsOf(phc: string): Costs | undefined {
  const found = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$[\w+/]+\$[\w+/]+$/.exec(phc)
  return found ? { memoryKiB: Number(found[1]), passes: Number(found[2]), lanes: Number(found[3]) } : undefined
}

// A row that somebody tampered with must not be able to ask for a gigabyte.
function affordable(phc: string): boolean {
  const costs = costsOf(phc)
  return costs !== undefined && costs.memoryKiB <= 256 * 1024 && costs.passes <= 10 && costs.lanes <= 4
}
