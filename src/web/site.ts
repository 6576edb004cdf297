import type { Config } from '#config.ts'
import { SECOND } from '#core/time.ts'
import type { Db } from '#db/db.ts'
import { chosenForSite } from '#db/instance.ts'
import type { Registration, TwoSteps, User } from '#db/schema.ts'
import type { Parts } from './env.ts'

/** How the site is called while nobody has chosen a title. */
export const PRODUCT = 'Get It Done!'

/** How the site is called, who may register, and who has to log in in two steps. */
export type SiteSettings = { title: string; registration: Registration; twoSteps: TwoSteps }

/** What holds at this moment: what an administrator chose, and else the product’s name and the settings. */
export async function siteSettings(db: Db, config: Pick<Config, 'registration' | 'twoSteps'>): Promise<SiteSettings> {
  const { title, registration, two_steps: twoSteps } = await chosenForSite(db)
  return {
    title: title ?? PRODUCT,
    registration: registration ?? config.registration,
    twoSteps: twoSteps ?? config.twoSteps,
  }
}

/** What was read is believed so long: on SQLite nobody tells of what the command line changes. */
const LIFE = 10 * SECOND

/**
 * The settings of the site, kept ready so that no page asks the database for them. News of a change, by whatever process,
 * makes it read them anew.
 */
export class Site {
  readonly #parts: Pick<Parts, 'db' | 'config' | 'now'>
  readonly #unsubscribe: () => void
  #settings: SiteSettings
  #isOld = true
  #readAt = 0
  #reading: Promise<void> = Promise.resolve()

  constructor(parts: Pick<Parts, 'db' | 'config' | 'now'>) {
    this.#parts = parts
    const { registration, twoSteps } = parts.config
    this.#settings = { title: PRODUCT, registration, twoSteps }
    this.#unsubscribe = parts.db.live.subscribe(({ kind }) => {
      if (kind === 'site' || kind === 'refresh') this.changed()
    })
  }

  /** How the site is called, as far as it is known. */
  get title(): string {
    return this.#settings.title
  }

  /** Who may register, as pages tell it. What decides reads it anew (accounts/may-register.ts). */
  get registration(): Registration {
    return this.#settings.registration
  }

  /** Whether `user` has to log in in two steps. */
  asksForTwoSteps({ role }: Pick<User, 'role'>): boolean {
    const { twoSteps } = this.#settings
    return twoSteps === 'everybody' || (twoSteps === 'admins' && role === 'admin')
  }

  /** Says that what is known is over. */
  changed(): void {
    this.#isOld = true
  }

  /** Reads anew what is not known, or over. Never rejects: without a database what is known goes on holding. */
  async fresh(): Promise<void> {
    const at = this.#parts.now().getTime()
    if (this.#isOld || Math.abs(at - this.#readAt) >= LIFE) {
      this.#isOld = false
      this.#readAt = at
      this.#reading = this.#read()
    }
    await this.#reading
  }

  /** Hears no more news. */
  close(): void {
    this.#unsubscribe()
  }

  async #read(): Promise<void> {
    const { db, config } = this.#parts
    this.#settings = await siteSettings(db, config).catch(() => this.#settings)
  }
}
