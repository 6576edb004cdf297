import { createHash } from 'node:crypto'

/** What the Flask course kept of a password: the SHA-256 (hex) of the password with the salt behind it. */
export type CourseHash = { salt: string; hex: string }

/** Reads what the course stored: `hex,salt`, or `salt,hex` as some classes wrote it. Undefined for anything else. */
export function readCourseHash(text: string): CourseHash | undefined {
  const [, hex, salt] = /^([0-9a-f]{64}),(.{1,100})$/i.exec(text) ?? []
  if (hex !== undefined && salt !== undefined) return { salt, hex: hex.toLowerCase() }
  const [, before, after] = /^(.{1,100}),([0-9a-f]{64})$/i.exec(text) ?? []
  return before !== undefined && after !== undefined ? { salt: before, hex: after.toLowerCase() } : undefined
}

/** What the course would have made of `password` under this salt. */
export const courseHex = (password: string, salt: string): string =>
  createHash('sha256')
    .update(password + salt)
    .digest('hex')

/**
 * How such a hash is stored here: the salt, and the argon2id of the hex. A SHA-256 is made in no time, so whoever steals a
 * database could try out all words there are: it is never kept by itself, not even until the first login.
 */
export const wrapped = (salt: string, phc: string): string =>
  `course-sha256$${Buffer.from(salt).toString('base64url')}$${phc}`

/** The salt and the argon2id of a stored hash that came from the course; undefined for one of ours. */
export function unwrapped(stored: string): { salt: string; phc: string } | undefined {
  const [, salt, phc] = /^course-sha256\$([\w-]+)\$(\$argon2id\$.+)$/.exec(stored) ?? []
  return salt === undefined || phc === undefined ? undefined : { salt: Buffer.from(salt, 'base64url').toString(), phc }
}
