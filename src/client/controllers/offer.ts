import { tell } from '../channel.ts'
import { onEveryPage, person } from '../page.ts'
import { asideOf, countOfOthers, type Entry, forget } from '../queue.ts'
import { notice } from './notices.ts'

/**
 * Offers the person who is logged in what the server did not take of theirs: `again` sends it once more. It stays until
 * it is sent or saved. Of what others did on this device it says only how much waits: that is theirs alone.
 */
export function startOffers(again: (entries: Entry[]) => Promise<void>): void {
  sendAgain = again
  onEveryPage(() => {
    void offerAside()
    void tellOfOthers()
  })
}

/** Offers what is set aside at this moment. */
export async function offerAside(): Promise<void> {
  const entries = await asideOf(person() ?? '')
  const changes = entries.length === 1 ? '1 change' : `${entries.length} changes`
  const text = entries.length > 0 ? `${changes} could not be saved.` : undefined
  notice('offer', text, [
    { label: 'Try again', press: () => void takeAside(sendAgain) },
    { label: 'Save as a file', press: () => void takeAside(saveAsFile) },
  ])
}

/** The sentence about what other people did on this device. */
export const othersWait = (count: number): string =>
  count === 1
    ? '1 change of another person waits on this device. It is sent when they log in here again.'
    : `${count} changes of another person wait on this device. They are sent when that person logs in here again.`

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

let sendAgain: (entries: Entry[]) => Promise<void>
let isUnderstood = false

async function tellOfOthers(): Promise<void> {
  const count = isUnderstood ? 0 : await countOfOthers(person() ?? '')
  notice('others', count > 0 ? othersWait(count) : undefined, [{ label: 'OK', press: understand }])
}

function understand(): void {
  isUnderstood = true
  void tellOfOthers()
}

/** Does `work` with what is offered, which is then offered no more, in no tab. */
async function takeAside(work: (entries: Entry[]) => Promise<void>): Promise<void> {
  await work(await asideOf(person() ?? ''))
  tell({ type: 'aside' })
  await offerAside()
}

async function saveAsFile(entries: Entry[]): Promise<void> {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(new Blob([asText(entries)], { type: 'application/json' }))
  link.download = 'get-it-done-unsent.json'
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
  await forget(...entries)
}
