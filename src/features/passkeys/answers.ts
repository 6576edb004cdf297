import { z } from 'zod'
import { refusedPasskey } from './refusals.ts'

/** What a browser sends of a passkey: of one that signed, and of one that was made. Not yet believed. */
export type Signed = z.output<typeof signed> & Asked
export type Made = z.output<typeof made> & Asked

/** The question that was answered, as the browser repeats it, and whether a page inside another asked it. */
type Asked = { challenge: string; isEmbedded: boolean }

/** Reads what a passkey has signed. Refuses anything else. */
export const readSigned = (typed: string): Signed => read(signed, typed)

/** Reads what a browser says of a passkey that it made. Refuses anything else. */
export const readMade = (typed: string): Made => read(made, typed)

const LONGEST = 64 * 1024

const coded = (most: number) =>
  z
    .string()
    .max(most)
    .regex(/^[\w-]+$/)

const common = { id: coded(1400), rawId: coded(1400), type: z.literal('public-key') }

const signed = z.object({
  ...common,
  response: z.object({
    clientDataJSON: coded(LONGEST),
    authenticatorData: coded(LONGEST),
    signature: coded(LONGEST),
    userHandle: coded(200).nullish(),
  }),
})

const made = z.object({
  ...common,
  response: z.object({
    clientDataJSON: coded(LONGEST),
    attestationObject: coded(LONGEST),
    transports: z
      .array(z.string().regex(/^[a-z-]{1,20}$/))
      .max(10)
      .optional(),
  }),
})

const clientData = z.object({ challenge: z.string(), crossOrigin: z.boolean().optional() })

function read<S extends typeof signed | typeof made>(shape: S, typed: string): z.output<S> & Asked {
  const answer = shape.safeParse(parsed(typed))
  if (!answer.success) throw refusedPasskey()
  const { clientDataJSON } = answer.data.response
  const asked = clientData.safeParse(parsed(Buffer.from(clientDataJSON, 'base64url').toString()))
  if (!asked.success) throw refusedPasskey()
  const { challenge, crossOrigin = false } = asked.data
  return { ...(answer.data as z.output<S>), challenge, isEmbedded: crossOrigin }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
