import type { Browser, Fields } from '#test/browser.ts'

/** What a device may do otherwise than a good one: each of these has to be refused. */
export type Flaw = {
  origin?: string
  rpId?: string
  challenge?: string
  /** What the page wanted: `webauthn.get` or `webauthn.create`. */
  type?: string
  /** The bits of what it saw: 1 somebody was there, 4 it looked at them, 8 and 16 about backups. */
  flags?: number
  counter?: number
  userHandle?: string | null
  signature?: string
  crossOrigin?: boolean
  id?: string
}

/** A passkey on a device: what it answers to the questions of the site. */
export type Passkey = {
  id: string
  /** Signs an answer to `question`, as the field of the form wants it. */
  sign(question: Question, flaw?: Flaw): Promise<string>
}

/** What the site wants signed, or made. */
export type Question = {
  challenge: string
  rpId?: string
  rp?: { id: string }
  user?: { id: string }
  allowCredentials?: { id: string }[]
  excludeCredentials?: { id: string }[]
  userVerification?: string
}

/** What the page behind `address` asks a passkey. */
export async function questionAt(tab: Browser, address: string): Promise<Question> {
  const response = await tab.post(address)
  if (response.status !== 200) throw new Error(`No question, but ${response.status} ${await response.text()}`)
  return response.json() as Promise<Question>
}

/**
 * Makes a passkey on a device of its own (ES256, without attestation), as `question` wants it. `answer` is what the
 * browser sends of it. `counts`: whether it counts how often it is used, as those do that are on one device alone.
 */
export async function makePasskey(
  question: Question,
  {
    origin = 'http://localhost:3000',
    counts = false,
    flaw = {},
  }: { origin?: string; counts?: boolean; flaw?: Flaw } = {},
): Promise<{ passkey: Passkey; answer: string }> {
  const keys = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify'])
  const rawId = crypto.getRandomValues(new Uint8Array(16))
  const id = flaw.id ?? coded(rawId)
  const rpId = question.rp?.id ?? ''
  const handle = question.user?.id ?? ''
  let used = counts ? 1 : 0
  const said = clientData(question, 'webauthn.create', { origin, ...flaw })
  const seen = await authenticatorData(flaw.rpId ?? rpId, flaw.flags ?? 0x45, flaw.counter ?? used, [
    new Uint8Array(16),
    Uint8Array.of(0, Buffer.from(id, 'base64url').length),
    Buffer.from(id, 'base64url'),
    await coseKey(keys.publicKey),
  ])
  const attestationObject = coded(
    Buffer.concat([
      Uint8Array.of(0xa3),
      cborText('fmt'),
      cborText('none'),
      cborText('attStmt'),
      Uint8Array.of(0xa0),
      cborText('authData'),
      cborBytes(seen),
    ]),
  )
  const answer = JSON.stringify({
    id,
    rawId: id,
    type: 'public-key',
    response: { clientDataJSON: coded(said), attestationObject, transports: ['internal', 'hybrid'] },
    clientExtensionResults: {},
  })
  const passkey: Passkey = {
    id,
    async sign(asked, wrong = {}) {
      if (counts) used++
      const said = clientData(asked, 'webauthn.get', { origin, ...wrong })
      const seen = await authenticatorData(wrong.rpId ?? rpId, wrong.flags ?? 0x05, wrong.counter ?? used, [])
      const signed = Buffer.concat([seen, await sha256(said)])
      const raw = await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, keys.privateKey, signed)
      return JSON.stringify({
        id: wrong.id ?? id,
        rawId: wrong.id ?? id,
        type: 'public-key',
        response: {
          clientDataJSON: coded(said),
          authenticatorData: coded(seen),
          signature: wrong.signature ?? coded(inDer(new Uint8Array(raw))),
          userHandle: wrong.userHandle === undefined ? handle : wrong.userHandle,
        },
        clientExtensionResults: {},
      })
    },
  }
  return { passkey, answer }
}

/** Adds a passkey to the account that is logged in in `tab`, as its person does. */
export async function addPasskey(
  tab: Browser,
  { name = 'Key ring', ...options }: { name?: string } & Parameters<typeof makePasskey>[1] = {},
): Promise<Passkey> {
  const { passkey, answer } = await makePasskey(await questionAt(tab, '/account/passkeys/question'), options)
  const response = await tab.post('/account/passkeys', { passkey: answer, name })
  if (response.status !== 303) throw new Error(`It was not added: ${response.status} ${await response.text()}`)
  return passkey
}

/** Does the second step of a login by a passkey. */
export async function finishWith(tab: Browser, passkey: Passkey, flaw: Flaw = {}) {
  const question = await questionAt(tab, '/login/second/question')
  return tab.post('/login/second/passkey', { passkey: await passkey.sign(question, flaw) })
}

/** Confirms by a passkey who is logged in in `tab`. */
export async function confirmWith(tab: Browser, passkey: Passkey, flaw: Flaw = {}, next = '/today') {
  const question = await questionAt(tab, '/account/passkeys/confirm')
  return tab.post('/account/confirm', { passkey: await passkey.sign(question, flaw), next })
}

/** Logs in by a passkey: asks, signs and sends. */
export async function logInWith(tab: Browser, passkey: Passkey, flaw: Flaw = {}, fields: Fields = {}) {
  const question = await questionAt(tab, '/login/passkey/question')
  return tab.post('/login/passkey', { passkey: await passkey.sign(question, flaw), ...(fields as object) })
}

const coded = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url')

const sha256 = async (bytes: Uint8Array<ArrayBuffer>) => new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))

const bytesOf = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text)

const clientData = (question: Question, type: string, flaw: Flaw) =>
  bytesOf(
    JSON.stringify({
      type: flaw.type ?? type,
      challenge: flaw.challenge ?? question.challenge,
      origin: flaw.origin,
      crossOrigin: flaw.crossOrigin ?? false,
    }),
  )

/** WebAuthn Level 3, section 6.1. */
async function authenticatorData(rpId: string, flags: number, counter: number, rest: Uint8Array[]) {
  const count = new Uint8Array(4)
  new DataView(count.buffer).setUint32(0, counter)
  return Buffer.concat([await sha256(bytesOf(rpId)), Uint8Array.of(flags), count, ...rest])
}

/** A public key as COSE writes it (RFC 9053): {1: 2, 3: −7, −1: 1, −2: x, −3: y}. */
async function coseKey(key: CryptoKey): Promise<Uint8Array> {
  const { x = '', y = '' } = await crypto.subtle.exportKey('jwk', key)
  const head = Uint8Array.of(0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01)
  const both = [x, y].map((one) => cborBytes(Buffer.from(one, 'base64url')))
  return Buffer.concat([head, Uint8Array.of(0x21), both[0]!, Uint8Array.of(0x22), both[1]!])
}

const cborText = (text: string): Uint8Array => Buffer.concat([Uint8Array.of(0x60 + text.length), bytesOf(text)])

function cborBytes(bytes: Uint8Array): Uint8Array {
  const head = bytes.length < 256 ? [0x58, bytes.length] : [0x59, bytes.length >> 8, bytes.length & 255]
  return Buffer.concat([Uint8Array.from(head), bytes])
}

/** r and s of a signature as two DER integers (RFC 3279, section 2.2.3). */
function inDer(raw: Uint8Array): Uint8Array {
  const integer = (bytes: Uint8Array) => {
    const from = bytes.findIndex((byte) => byte !== 0)
    const short = bytes.subarray(from < 0 ? bytes.length - 1 : from)
    const body = short[0]! & 0x80 ? Buffer.concat([Uint8Array.of(0), short]) : short
    return Buffer.concat([Uint8Array.of(2, body.length), body])
  }
  const both = Buffer.concat([integer(raw.subarray(0, 32)), integer(raw.subarray(32))])
  return Buffer.concat([Uint8Array.of(0x30, both.length), both])
}
