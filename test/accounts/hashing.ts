import type { Hashing } from '#crypto/passwords.ts'

/**
 * Hashing that costs nothing, for facts that take hundreds of tries, with a count of how often it was asked. The real
 * one is tried in login.test.ts and crypto/passwords.test.ts.
 */
export function quickHashing() {
  const asked = { verify: 0, hash: 0 }
  const phcOf = (password: string) => `quick ${Buffer.from(password).toString('hex')}`
  const hashing = (): Hashing => ({
    async refuseWhenFull() {},
    async hash(password) {
      asked.hash++
      return phcOf(password)
    },
    wrap: ({ salt, hex }) => Promise.resolve(`quick ${salt} ${hex}`),
    async verify(password, phc) {
      asked.verify++
      return phc === phcOf(password)
    },
    outdated: () => false,
  })
  return { asked, hashing }
}
