/** One request that went over the line. */
export type Seen = { method: string; path: string; outbox: boolean; background: boolean; key: string | null }

export type Network = Awaited<ReturnType<typeof startNetwork>>

type Trick = (request: Request, path: string) => Promise<Response | 'lose' | undefined> | Response | 'lose' | undefined

/**
 * The line between a browser and the server at `target()`, in the hands of a test: it can be cut and mended, and a
 * `trick` can answer in the server's place or lose an answer that the server has already given ('lose').
 * A browser's own "offline" switch does not reach every worker; a cut line does.
 */
export async function startNetwork(target: () => string) {
  const seen: Seen[] = []
  let trick: Trick | undefined
  const serve = (port: number) =>
    Bun.serve({
      port,
      hostname: '127.0.0.1',
      idleTimeout: 60,
      async fetch(request, server) {
        server.timeout(request, 0)
        const { pathname, search } = new URL(request.url)
        const path = pathname + search
        seen.push({
          method: request.method,
          path,
          outbox: request.headers.has('X-Outbox'),
          background: request.headers.has('X-Background'),
          key: request.headers.get('Idempotency-Key'),
        })
        const played = await trick?.(request, path)
        if (played instanceof Response) return played
        const body = request.method === 'GET' ? undefined : await request.arrayBuffer()
        const headers = new Headers(request.headers)
        headers.delete('Connection')
        const answer = await fetch(target() + path, {
          method: request.method,
          headers,
          redirect: 'manual',
          decompress: false,
          signal: request.signal,
          ...(body ? { body } : {}),
        } as RequestInit)
        return played === 'lose' ? new Response('The line broke', { status: 502 }) : answer
      },
    })
  let server = serve(0)
  const port = server.port ?? 0
  let isCut = false
  return {
    url: `http://localhost:${port}`,
    port,
    seen,
    /** What the outbox sent, in order. */
    sent: () => seen.filter((one) => one.outbox),
    play(next: Trick | undefined) {
      trick = next
    },
    async cut() {
      if (isCut) return
      isCut = true
      await server.stop(true)
    },
    mend() {
      if (!isCut) return
      isCut = false
      server = serve(port)
    },
    async stop() {
      if (!isCut) await server.stop(true)
    },
  }
}
