import { createSign, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { atTheEnd } from '#test/closing.ts'
import { settingsFor } from './idp.ts'

const KEYS = generateKeyPairSync('rsa', { modulusLength: 2048 })
/** A key that the provider does not publish. */
export const FOREIGN = generateKeyPairSync('rsa', { modulusLength: 2048 })

/** A provider that does whatever a test wants. */
export type Hostile = {
  issuer: string
  env(id?: string): Record<string, string>
  /** Makes the token for a code. By default that of `sub`, with all that belongs in it. */
  token: (nonce: string) => string
  /** How often a code was brought. */
  exchanges: number
  /** What it says of itself, besides what it has to. */
  about: Record<string, unknown>
  /** What a good token says. */
  claims(nonce: string, sub?: string): Record<string, unknown>
}

/** Starts such a provider on the loopback. It closes itself after the last test. */
export function openHostile(): Hostile {
  let nonce = ''
  const server: Bun.Server<undefined> = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    async fetch(request): Promise<Response> {
      const { pathname } = new URL(request.url)
      if (pathname === '/.well-known/openid-configuration') return Response.json({ ...metadata(), ...hostile.about })
      if (pathname === '/jwks') {
        const key = KEYS.publicKey.export({ format: 'jwk' })
        return Response.json({ keys: [{ ...key, kid: 'one', alg: 'RS256', use: 'sig' }] })
      }
      if (pathname !== '/token') return new Response(null, { status: 404 })
      hostile.exchanges++
      nonce = new URLSearchParams(await request.text()).get('code') ?? ''
      return Response.json({ access_token: 'access', token_type: 'bearer', id_token: hostile.token(nonce) })
    },
  })
  const issuer: string = `http://127.0.0.1:${server.port}`
  const metadata = (): Record<string, unknown> => ({
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    jwks_uri: `${issuer}/jwks`,
    response_types_supported: ['code'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
  })
  const hostile: Hostile = {
    issuer,
    env: (id = 'work') => settingsFor(id, issuer),
    token: (code) => signed(hostile.claims(code)),
    exchanges: 0,
    about: {},
    claims(code, sub = 'mallory') {
      const at = Math.floor(Date.now() / 1000)
      const email = { email: `${sub}@example.com`, email_verified: true }
      return { iss: issuer, aud: 'get-it-done', sub, nonce: code, iat: at, exp: at + 300, ...email }
    },
  }
  atTheEnd(async () => server.stop(true))
  return hostile
}

/** `claims` as a token, signed with the key that the provider publishes, or another. */
export function signed(
  claims: object,
  { key = KEYS.privateKey, header = {} }: { key?: KeyObject; header?: object } = {},
) {
  const body = [{ alg: 'RS256', kid: 'one', ...header }, claims].map(encoded).join('.')
  return `${body}.${createSign('sha256').update(body).sign(key).toString('base64url')}`
}

/** `claims` as a token that nobody signed. */
export const unsigned = (claims: object): string => `${[{ alg: 'none' }, claims].map(encoded).join('.')}.`

const encoded = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url')
