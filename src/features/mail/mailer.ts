import { SECOND } from '#core/time.ts'
import type { Parts } from '#web/env.ts'
import { siteSettings } from '#web/site.ts'
import { composed, type Letter, type Letters } from './letters.ts'
import { dueMails, forgetMail, isStale, putOff, takeMail, type Waiting } from './outbox.ts'
import { openTransport, type Transport } from './transport.ts'

type Needed = Pick<Parts, 'config' | 'db' | 'keys' | 'log' | 'now'>

/** How long a mail on its way may take when the server stops. */
const LAST_WAIT = 5 * SECOND

/**
 * Sends the mails that wait, one after another: at once when one was queued, by whatever process, and at every `wake`.
 * Each mail is taken by one process only. It is forgotten when the mail server has it, so what is interrupted is sent
 * again, under the same name. Without SMTP_URL it does nothing.
 */
export class Mailer {
  readonly #parts: Needed
  readonly #letters: Letters
  readonly #stop = new AbortController()
  readonly #unsubscribe: () => void
  #isClosed = false
  #transport: Promise<Transport> | undefined
  #sending: Promise<void> = Promise.resolve()

  constructor(parts: Needed, letters: Letters) {
    this.#parts = parts
    this.#letters = letters
    this.#unsubscribe = parts.db.live.subscribe(({ kind }) => {
      if (kind === 'mail' || kind === 'refresh') this.wake()
    })
  }

  /** Begins to send what is due, without waiting for it. */
  wake(): void {
    if (this.#parts.config.mail) void this.run()
  }

  /** Sends what is due. Never rejects. */
  run(): Promise<void> {
    this.#sending = this.#sending
      .then(() => this.#sendDue())
      .catch((error) => this.#parts.log.error('mails_put_off', {}, error))
    return this.#sending
  }

  /** Takes no more mails, and waits a little for the one on its way. */
  async close(): Promise<void> {
    this.#unsubscribe()
    const cut = setTimeout(() => this.#stop.abort(), LAST_WAIT)
    this.#isClosed = true
    await this.#sending
    clearTimeout(cut)
  }

  async #sendDue(): Promise<void> {
    const { db, now } = this.#parts
    for (const id of await dueMails(db, now())) {
      if (this.#isClosed) return
      const mail = await takeMail(db, id, now())
      if (mail) await this.#deliver(mail)
    }
  }

  async #deliver(mail: Waiting): Promise<void> {
    const { db, log, now } = this.#parts
    const about = { mail: mail.id, letter: mail.letter }
    if (isStale(mail, now())) {
      await putOff(db, mail, 'It could not be sent within a day.', now(), { forGood: true })
      return log.warn('mail_given_up', about)
    }
    try {
      const letter = await this.#write(mail)
      if (letter) await this.#send(mail, letter)
    } catch (error) {
      const fate = await putOff(db, mail, error instanceof Error ? error.message : String(error), now())
      // Not the server's own words: they name the person.
      return log.warn(fate === 'waits' ? 'mail_put_off' : 'mail_given_up', { ...about, problem: codeOf(error) })
    }
    await forgetMail(db, mail)
    log.info('mail_done', about)
  }

  #write(mail: Waiting): Promise<Letter | undefined> {
    const { db, keys, config, now } = this.#parts
    const writer = this.#letters[mail.letter]
    if (!writer) throw new Error(`There is no letter ${mail.letter}.`)
    const args = JSON.parse(mail.args) as Record<string, string>
    return db.transact(async (trx) => {
      const user =
        mail.user_id === null
          ? undefined
          : await trx.selectFrom('users').selectAll().where('id', '=', mail.user_id).executeTakeFirst()
      return writer({ trx, keys, config, now: now(), user, address: mail.address, args })
    })
  }

  async #send(mail: Waiting, letter: Letter): Promise<void> {
    const { config, db, now } = this.#parts
    const { title } = await siteSettings(db, config)
    this.#transport ??= openTransport(config.mail!)
    const transport = await this.#transport
    await transport.send(
      { ...composed(letter, { baseUrl: config.baseUrl, title }), to: mail.address, id: mail.id, at: now() },
      this.#stop.signal,
    )
  }
}

const codeOf = (error: unknown): string => {
  const { responseCode, code, name } = error as { responseCode?: number; code?: string; name?: string }
  return [code ?? name, responseCode].filter(Boolean).join(' ')
}
