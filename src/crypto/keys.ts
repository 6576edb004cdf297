import { createHash, createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto'

/** What a key is for. Each purpose has a key of its own, so nothing made for one is accepted for another. */
export type Purpose =
  | 'session'
  | 'device'
  | 'throttle'
  | 'pre'
  | 'one-time'
  | 'link'
  | 'challenge'
  | 'recovery'
  | 'token'
  | 'sso'

/** What is encrypted at rest, rather than stored as a MAC, because we have to read it again. */
export type Sealing = 'totp'

/** A MAC as it is stored, with the short name of the key that made it. */
export type Mac = { keyId: string; mac: string }

const LEAST_SECRET_BYTES = 32

/**
 * All keys of the installation, derived by HKDF-SHA-256 (RFC 5869) from the secret. The public address is
 * part of the derivation of signing keys, so a value signed for one address means nothing at another.
 * Secrets of before (`previous`) still verify; only the current one makes anything new.
 */
export class KeyRing {
  readonly #secrets: string[]
  readonly #audience: string
  readonly #keys = new Map<string, Buffer>()
  readonly #names = new Map<Buffer, string>()

  constructor(options: { current: string; previous: string[]; audience: string }) {
    this.#secrets = [options.current, ...options.previous]
    this.#audience = options.audience
  }

  /** HMAC-SHA-256 (hex) of `text` under the current key for `purpose`. */
  mac(purpose: Purpose, text: string): Mac {
    return this.#macWith(this.#secrets[0]!, purpose, text)
  }

  /** The same under every key that may still have made it, the current one first. For look-ups. */
  macs(purpose: Purpose, text: string): Mac[] {
    return this.#secrets.map((secret) => this.#macWith(secret, purpose, text))
  }

  /**
   * The keys (256 bits) that may have encrypted something for `purpose`, each with its name, the current one first. Only
   * sealed.ts takes them.
   */
  sealingKeys(purpose: Sealing): { keyId: string; key: Buffer }[] {
    return this.#secrets.map((secret) => {
      const key = this.#key(secret, `seal/${purpose}/v1`)
      return { keyId: this.#nameOf(key), key }
    })
  }

  /** `text` with its time and a signature, in characters that a cookie may hold. */
  sign(purpose: Purpose, text: string, now: Date): string {
    const body = Buffer.from(`${Math.floor(now.getTime() / 1000)}.${text}`).toString('base64url')
    return `${body}.${this.#signature(this.#secrets[0]!, purpose, body)}`
  }

  /**
   * What was signed, or undefined when the signature is wrong, it was made for another purpose or
   * address, is older than `maxAgeMs`, or claims to come from the future.
   */
  open(purpose: Purpose, signed: string, now: Date, maxAgeMs: number): string | undefined {
    const [body, signature, ...rest] = signed.split('.')
    if (!body || !signature || rest.length > 0) return undefined
    // As text: of the last character two bits would be lost, and so there would be four spellings of a signature.
    const genuine = this.#secrets.some((secret) => sameText(signature, this.#signature(secret, purpose, body)))
    if (!genuine) return undefined
    const text = Buffer.from(body, 'base64url').toString()
    const dot = text.indexOf('.')
    const age = now.getTime() - Number(text.slice(0, dot)) * 1000
    return age >= -1000 && age <= maxAgeMs ? text.slice(dot + 1) : undefined
  }

  /** A value that tells whether a database was made under this secret, and gives nothing away about it. */
  checkValue(): string {
    return this.#checkValues()[0]!
  }

  /** True when a database with this check value was made under the current secret or a previous one. */
  knows(checkValue: string): boolean {
    return this.#checkValues().includes(checkValue)
  }

  #checkValues(): string[] {
    return this.#secrets.map((secret) => this.#key(secret, 'check/v1').toString('hex'))
  }

  #macWith(secret: string, purpose: Purpose, text: string): Mac {
    const key = this.#key(secret, `mac/${purpose}/v1`)
    return { keyId: this.#nameOf(key), mac: createHmac('sha256', key).update(text).digest('hex') }
  }

  #nameOf(key: Buffer): string {
    const name = this.#names.get(key) ?? createHash('sha256').update(key).digest('hex').slice(0, 8)
    this.#names.set(key, name)
    return name
  }

  #signature(secret: string, purpose: Purpose, body: string): string {
    return createHmac('sha256', this.#key(secret, `sign/${purpose}/v1 ${this.#audience}`))
      .update(body)
      .digest('base64url')
  }

  #key(secret: string, label: string): Buffer {
    const name = `${this.#secrets.indexOf(secret)} ${label}`
    let key = this.#keys.get(name)
    if (!key) {
      key = Buffer.from(hkdfSync('sha256', secret, 'get-it-done', label, 32))
      this.#keys.set(name, key)
    }
    return key
  }
}

/** 32 random bytes as 43 characters of base64url: a session token, a device token. */
export const newToken = (): string => randomBytes(32).toString('base64url')

/** True for a text that has the form of such a token. */
export const isToken = (text: string): boolean => /^[\w-]{43}$/.test(text)

/** SHA-256 (hex) of `text`, for telling apart, never for secrets. */
export const digest = (text: string): string => createHash('sha256').update(text).digest('hex')

/** What is wrong with a secret, as a sentence; undefined when it may be used. */
export function weakSecret(secret: string): string | undefined {
  if (Buffer.byteLength(secret) < LEAST_SECRET_BYTES) return 'It is too short: at least 32 bytes are needed.'
  if (/change.?me|your.?secret|example|placeholder|s3cr3t|secret.?key|password/i.test(secret)) {
    return 'It looks like an example that others have too.'
  }
  if (new Set(secret).size < 10) return 'It repeats the same few characters.'
  return undefined
}

function sameText(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)]
  return left.length === right.length && timingSafeEqual(left, right)
}
