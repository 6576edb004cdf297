import { connect, createServer, type Socket } from 'node:net'
import { freePort } from '#test/postgres.ts'

/** A way to PostgreSQL that can be cut and mended. */
export type Line = {
  /** The address of the database at this end. */
  url: string
  /** How often somebody tried to get through, up to now. */
  attempts(): number
  cut(): void
  /** Cuts it as soon as somebody commits: PostgreSQL hears of it, and nobody hears of PostgreSQL. */
  cutAtCommit(): void
  mend(): void
  close(): void
}

/** Lays a line to the PostgreSQL at `target`. */
export async function cuttableLine(target: string): Promise<Line> {
  const { hostname, port } = new URL(target)
  const open = new Set<Socket>()
  let attempts = 0
  let isCut = false
  let awaitsCommit = false
  const relay = createServer((near) => {
    attempts++
    if (isCut) return near.destroy()
    const far = connect(Number(port), hostname)
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(one)
      one
        .on('error', () => {})
        .on('close', () => other.destroy())
        .pipe(other)
    }
    near.on('data', (chunk) => {
      if (!awaitsCommit || !chunk.includes('commit')) return
      awaitsCommit = false
      far.unpipe(near)
      setTimeout(cut, 200)
    })
  })
  const own = await freePort()
  await new Promise<void>((resolve) => relay.listen(own, '127.0.0.1', resolve))
  const url = new URL(target)
  url.port = String(own)
  const cut = () => {
    isCut = true
    for (const socket of open) socket.destroy()
    open.clear()
  }
  const mend = () => {
    isCut = false
  }
  const close = () => {
    cut()
    relay.close()
  }
  const cutAtCommit = () => {
    awaitsCommit = true
  }
  return { url: url.href, attempts: () => attempts, cut, cutAtCommit, mend, close }
}
