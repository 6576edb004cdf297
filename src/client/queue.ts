import { read, whenOpen, write } from './store.ts'

/** One form that was submitted and whose answer has not come yet. */
export type Entry = {
  /** The Idempotency-Key: the server does it once, however often it is sent. */
  id: string
  /** Public id of the person who did it; sent for, and shown to, nobody else. */
  person: string
  kind: string
  action: string
  fields: [string, string][]
  /** The page that is left when the answer leads elsewhere. */
  from?: string
  /** Milliseconds since 1970. */
  at: number
}

// On their way into the store, and begun but not committed.
let storing: Entry[] = []
let uncommitted = 0
// What the store has not taken lives as long as the tab.
let memory: Entry[] = []
let asideInMemory: Entry[] = []

/** How many changes would be lost if this tab were closed now. */
export const unsafe = (): number => storing.length + uncommitted + memory.length + asideInMemory.length

/** Stores an entry behind all others. Resolves when it is committed, or when only this tab's memory can hold it. */
export function addEntry(entry: Entry): Promise<void> {
  storing.push(entry)
  return save()
}

/** Resolves when the store is open, however late, and holds what only memory could hold until then. */
export const whenStored = (): Promise<void> => whenOpen().then(save)

/** The oldest entry of `person`. */
export async function firstEntry(person: string): Promise<Entry | undefined> {
  return (await entriesOf(person, 1))[0]
}

/** What `person` did and the server has not answered, oldest first. */
export async function entriesOf(person: string, limit?: number): Promise<Entry[]> {
  const stored = await read<Entry[]>('entries', (store) => store.index('person').getAll(person, limit))
  return [...(stored ?? []), ...memory.filter(isOf(person))].slice(0, limit)
}

/** How many changes of `person` wait, with those that are not stored yet. */
export async function countOf(person: string): Promise<number> {
  const stored = await read('entries', (store) => store.index('person').count(person))
  return (stored ?? 0) + [...memory, ...storing].filter(isOf(person)).length
}

/** How many changes of other people wait on this device. What they are is for nobody else to read. */
export async function countOfOthers(person: string): Promise<number> {
  const all = await read('entries', (store) => store.count())
  const own = await read('entries', (store) => store.index('person').count(person))
  return (all ?? 0) - (own ?? 0)
}

/** What `person` did and the server does not take. */
export async function asideOf(person: string): Promise<Entry[]> {
  const stored = await read<Entry[]>('aside', (store) => store.getAll())
  return [...(stored ?? []), ...asideInMemory].filter(isOf(person))
}

/** Forgets entries, whether they waited or were set aside. */
export async function forget(...entries: Entry[]): Promise<void> {
  dropFromMemory(entries)
  await write(['entries', 'aside'], (work) => dropFromStore(work, entries))
}

/** Takes an entry out of the queue without forgetting it. */
export async function setAside(entry: Entry): Promise<void> {
  const isStored = await write(['entries', 'aside'], (work) => {
    dropFromStore(work, [entry])
    work.objectStore('aside').put(asItWas(entry))
  })
  dropFromMemory([entry])
  if (!isStored) asideInMemory.push(entry)
}

/** Puts entries that were set aside into the queue again, behind all others. */
export async function takeUp(entries: Entry[]): Promise<void> {
  const isStored = await write(['entries', 'aside'], (work) => {
    dropFromStore(work, entries)
    for (const entry of entries) work.objectStore('entries').add(asItWas(entry))
  })
  dropFromMemory(entries)
  if (!isStored) memory.push(...entries)
}

/** Takes or renews the lease `name` for `tab` until `until` (ms), unless another tab holds it at `now`. */
export async function takeLease(name: string, tab: string, now: number, until: number): Promise<boolean> {
  let isTaken = false
  const isThere = await write(['leases'], (work) => {
    const leases = work.objectStore('leases')
    const held = leases.get(name)
    held.onsuccess = () => {
      const lease = held.result as { tab: string; until: number } | undefined
      isTaken = !lease || lease.tab === tab || lease.until < now
      if (isTaken) leases.put({ name, tab, until })
    }
  })
  return isTaken || !isThere
}

/** Puts into the store what is not in it, in the order in which it was done. */
async function save(): Promise<void> {
  let taken: Entry[] = []
  const put = (work: IDBTransaction) => {
    taken = [...memory, ...storing]
    memory = []
    storing = []
    uncommitted += taken.length
    for (const entry of taken) work.objectStore('entries').add(entry)
  }
  const isStored = await write(['entries'], put).catch(() => false)
  uncommitted -= taken.length
  if (isStored) return
  memory = [...taken, ...memory, ...storing]
  storing = []
}

const isOf =
  (person: string) =>
  (entry: Entry): boolean =>
    entry.person === person

function dropFromMemory(entries: Entry[]): void {
  const ids = new Set(entries.map((entry) => entry.id))
  const isOther = (entry: Entry) => !ids.has(entry.id)
  memory = memory.filter(isOther)
  asideInMemory = asideInMemory.filter(isOther)
}

function dropFromStore(work: IDBTransaction, entries: Entry[]): void {
  const waiting = work.objectStore('entries')
  for (const { id } of entries) {
    const key = waiting.index('id').getKey(id)
    key.onsuccess = () => key.result !== undefined && waiting.delete(key.result)
    work.objectStore('aside').delete(id)
  }
}

/** Without the number that the queue gave it: behind all others it gets another. */
const asItWas = ({ id, person, kind, action, fields, at }: Entry): Entry => ({ id, person, kind, action, fields, at })
