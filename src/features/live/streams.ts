import type { Context } from 'hono'
import { isId } from '#core/ids.ts'
import { SECOND } from '#core/time.ts'
import type { Database } from '#db/db.ts'
import type { News } from '#db/live.ts'
import type { Live, Parts, UserEnv } from '#web/env.ts'
import type { Log } from '#web/log.ts'

const HEARTBEAT = 20 * SECOND
const MOST_PER_SESSION = 20
const MOST_PER_PERSON = 100
// What nobody fetches must not pile up here: such a line is cut, and its browser asks for everything anew.
const MOST_WAITING = 200

/**
 * The lines to pages that want to hear of changes (server-sent events, HTML Living Standard, section 9.2). They say
 * that a list changed, never what is in it, and only to people who are members of it at that moment.
 */
export class LiveStreams implements Live {
  readonly #db: Database
  readonly #log: Log
  readonly #heartbeatMs: number
  readonly #lines = new Set<Line>()
  readonly #unsubscribe: () => void
  #told: Promise<void> = Promise.resolve()
  #heart: ReturnType<typeof setInterval> | undefined

  constructor({ db, log }: Pick<Parts, 'db' | 'log'>, heartbeatMs = HEARTBEAT) {
    this.#heartbeatMs = heartbeatMs
    this.#db = db
    this.#log = log
    this.#unsubscribe = db.live.subscribe((news) => this.#hear(news))
  }

  /** Opens a line for the session that sent this request. The oldest line of a session with too many is closed. */
  open(c: Context<UserEnv>): Response {
    const { user, session, peer } = c.var
    if (c.req.method === 'HEAD') return answer(null)
    peer.keepOpen()
    const line = new Line(user.id, session, (closed) => this.#forget(closed))
    this.#lines.add(line)
    this.#heart ??= setInterval(() => this.#beat(), this.#heartbeatMs)
    this.#makeRoom(line)
    // What happened since then cannot be told one by one.
    if (isId(c.req.header('Last-Event-ID') ?? '')) line.refresh()
    return answer(line.body)
  }

  /** Closes all lines and listens no more. Browsers open a new one as soon as there is a server again. */
  close(): void {
    this.#unsubscribe()
    for (const line of this.#lines) line.close()
  }

  // One after another, so that nobody hears of a later change first.
  #hear(news: News): void {
    if (this.#lines.size === 0) return
    this.#told = this.#told.then(() => this.#tell(news)).catch((error) => this.#recover(error))
  }

  async #tell(news: News): Promise<void> {
    if (news.kind === 'change') await this.#tellMembers(news)
    else if (news.kind === 'refresh') for (const line of this.#lines) line.refresh()
    else if (news.kind === 'ended')
      for (const line of this.#lines) if (news.sessions.includes(line.session.id)) line.end()
  }

  // Who is a member is asked anew for each change: somebody may have joined or left a moment ago.
  async #tellMembers({ lists, op }: Extract<News, { kind: 'change' }>): Promise<void> {
    const members = await this.#db
      .selectFrom('list_members')
      .select(['list_id', 'user_id'])
      .where('list_id', 'in', lists)
      .execute()
    const theirs = Map.groupBy(members, (member) => member.user_id)
    for (const line of this.#lines) {
      const seen = (theirs.get(line.userId) ?? []).map((member) => member.list_id)
      // A person's own lists, labels and filters are told of under the name `own`.
      if (lists.includes(line.userId)) seen.push('own')
      if (seen.length > 0) line.changed(op, seen.sort())
    }
  }

  // Better one page too many than one that shows what is no longer so.
  #recover(error: unknown): void {
    this.#log.error('live_news_lost', {}, error)
    for (const line of this.#lines) line.refresh()
  }

  #beat(): void {
    for (const line of this.#lines) {
      line.beat()
      line.session.stillIn().then(
        (isIn) => isIn || line.end(),
        (error) => this.#log.error('live_check_failed', {}, error),
      )
    }
  }

  #makeRoom({ userId, session }: Line): void {
    const ofPerson = [...this.#lines].filter((line) => line.userId === userId)
    const ofSession = ofPerson.filter((line) => line.session.id === session.id)
    for (const line of ofSession.slice(0, -MOST_PER_SESSION)) line.close()
    for (const line of ofPerson.slice(0, -MOST_PER_PERSON)) line.close()
  }

  #forget(line: Line): void {
    this.#lines.delete(line)
    if (this.#lines.size > 0) return
    clearInterval(this.#heart)
    this.#heart = undefined
  }
}

/** One open line. */
class Line {
  readonly userId: string
  readonly session: Listener
  readonly body: ReadableStream<Uint8Array>
  readonly #closed: (line: Line) => void
  #controller!: ReadableStreamDefaultController<Uint8Array>
  #isOpen = true

  constructor(userId: string, session: Listener, closed: (line: Line) => void) {
    this.userId = userId
    this.session = session
    this.#closed = closed
    this.body = new ReadableStream({
      start: (controller) => {
        this.#controller = controller
      },
      cancel: () => this.#leave(),
    })
    this.#write('retry: 3000\n\n')
  }

  changed(op: string, lists: string[]): void {
    this.#write(`id: ${op}\nevent: change\ndata: ${JSON.stringify(lists)}\n\n`)
  }

  refresh(): void {
    this.#write('event: refresh\ndata: []\n\n')
  }

  /** A comment, so that nobody on the way takes the line for dead. */
  beat(): void {
    this.#write(':\n\n')
  }

  /** Says that the session is over, and closes. */
  end(): void {
    this.#write('event: end\ndata: []\n\n')
    this.close()
  }

  close(): void {
    if (!this.#isOpen) return
    this.#leave()
    this.#controller.close()
  }

  #write(text: string): void {
    if (!this.#isOpen) return
    this.#controller.enqueue(encoder.encode(text))
    if ((this.#controller.desiredSize ?? 0) < -MOST_WAITING) this.close()
  }

  #leave(): void {
    this.#isOpen = false
    this.#closed(this)
  }
}

type Listener = { readonly id: string; stillIn(): Promise<boolean> }

const encoder = new TextEncoder()

const answer = (body: ReadableStream<Uint8Array> | null): Response =>
  new Response(body, {
    headers: {
      'Content-Type': 'text/event-stream; charset=utf-8',
      'Cache-Control': 'no-cache, no-store',
      // nginx would gather the events for a while.
      'X-Accel-Buffering': 'no',
    },
  })
