import { randomBytes } from 'node:crypto'
import { Permits } from './permits.ts'

/** What password hashing costs, and how many may be at it. Memory in KiB, waiting in milliseconds. */
export type HashingOptions = { memoryKiB: number; passes: number; permits: number; queue: number; waitMs: number }

/** What one does with passwords. Hashing and verifying wait for a permit, and refuse when too many wait. */
export type Hashing = {
  /** Refuses when too many wait already: in a flood that costs nothing. */
  refuseWhenFull(): void
  /** The PHC string of `password`: argon2id, a 16-byte salt, a 32-byte output. */
  hash(password: string): Promise<string>
  /** Whether `password` made `phc`. Without a `phc` it takes as long and answers no. */
  verify(password: string, phc: string | null | undefined): Promise<boolean>
  /** Whether `phc` was made with weaker parameters than ours, so that the next login should make it anew. */
  outdated(phc: string): boolean
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
    verify: (password, phc) =>
      permits.run(async () => {
        const matches = await engine.verify(normal(password), phc && affordable(phc) ? phc : nobody)
        return matches && phc !== null && phc !== undefined && affordable(phc)
      }),
    outdated: (phc) => {
      const costs = costsOf(phc)
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

// NFC, so that é typed on two keyboards is one password (NIST SP 800-63B, section 3.1.1.2).
const normal = (password: string): string => password.normalize('NFC')

type Costs = { memoryKiB: number; passes: number; lanes: number }

function costsOf(phc: string): Costs | undefined {
  const found = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$/.exec(phc)
  return found ? { memoryKiB: Number(found[1]), passes: Number(found[2]), lanes: Number(found[3]) } : undefined
}

// A row that somebody tampered with must not be able to ask for a gigabyte.
function affordable(phc: string): boolean {
  const costs = costsOf(phc)
  return costs !== undefined && costs.memoryKiB <= 256 * 1024 && costs.passes <= 10 && costs.lanes <= 4
}
