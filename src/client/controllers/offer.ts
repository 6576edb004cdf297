import { person } from '../page.ts'
import { type Entry, removeEntries, unsendable } from '../queue.ts'
import { notice } from './notices.ts'

/**
 * Offers as a file what this device holds but cannot send: changes of a person who is not logged in, and changes the
 * server does not take. Nothing of it is shown; it stays until it is saved or its person comes back.
 */
export async function offerUnsendable(): Promise<void> {
  const me = person()
  if (!me) return
  const entries = await unsendable(me)
  if (entries.length === 0) return notice('offer', undefined)
  const isMine = entries.every((entry) => entry.person === me)
  const many = entries.length === 1 ? '1 change' : `${entries.length} changes`
  const text = isMine
    ? `${many} could not be saved.`
    : `${many} made by another person on this device could not be sent.`
  notice('offer', text, [{ label: 'Save as a file', press: () => void saveAsFile(entries) }])
}

async function saveAsFile(entries: Entry[]): Promise<void> {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(new Blob([asText(entries)], { type: 'application/json' }))
  link.download = 'get-it-done-unsent.json'
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
  await removeEntries(entries)
  await offerUnsendable()
}

/** The entries as a file a person can read. */
export const asText = (entries: Entry[]): string =>
  JSON.stringify(
    entries.map(({ kind, action, fields, at }) => ({
      what: kind,
      when: new Date(at).toISOString(),
      address: action,
      fields: Object.fromEntries(fields),
    })),
    undefined,
    2,
  )
