/** One form that was submitted and whose answer has not come yet. */
export type Entry = {
  /** The Idempotency-Key: the server does it once, however often it is sent. */
  id: string
  /** Public id of the person who did it; sent for nobody else. */
  person: string
  kind: string
  action: string
  fields: [string, string][]
  /** Milliseconds since 1970. */
  at: number
}

type Stored = Entry & { seq: number }

const NAME = 'get-it-done'
const OPENS_MS = 3000

// Where there is no IndexedDB (a private window, a full disk) entries live as long as the tab.
let memory: Entry[] = []

/** How many entries would be lost if this tab were closed now. */
export const heldInMemory = (): number => memory.length

/** Stores an entry behind all others. Resolves when it is committed; false when only this tab's memory holds it. */
export async function addEntry(entry: Entry): Promise<boolean> {
  const db = await database()
  try {
    if (!db) throw new Error('no IndexedDB')
    const work = db.transaction('entries', 'readwrite', { durability: 'strict' })
    work.objectStore('entries').add(entry)
    await committed(work)
    return true
  } catch {
    memory.push(entry)
    return false
  }
}

/** The oldest entry of `person`. */
export async function firstEntry(person: string): Promise<Entry | undefined> {
  return (await entriesOf(person, 1))[0]
}

/** What `person` did and the server has not answered, oldest first. */
export async function entriesOf(person: string, limit?: number): Promise<Entry[]> {
  const stored = await read<Stored[]>('entries', (store) => store.index('person').getAll(person, limit))
  return [...(stored ?? []), ...memory.filter((entry) => entry.person === person)].slice(0, limit)
}

/** Forgets an answered entry. */
export const removeEntry = (entry: Entry): Promise<void> => removeEntries([entry])

/** Forgets entries, whether they waited or were set aside. */
export async function removeEntries(entries: Entry[]): Promise<void> {
  const ids = new Set(entries.map((entry) => entry.id))
  memory = memory.filter((entry) => !ids.has(entry.id))
  await write(['entries', 'aside'], (work) => {
    for (const id of ids) deleteById(work, id)
  })
}

/** Takes an entry out of the queue without forgetting it: it is offered as a file. */
export async function setAside(entry: Entry): Promise<void> {
  await removeEntry(entry)
  await write(['aside'], (work) => work.objectStore('aside').put({ ...entry }))
}

/** What cannot be sent while `person` is logged in: other people's entries, and those set aside. */
export async function unsendable(person: string): Promise<Entry[]> {
  const waiting = (await read<Stored[]>('entries', (store) => store.getAll())) ?? []
  const aside = (await read<Entry[]>('aside', (store) => store.getAll())) ?? []
  return [...waiting.filter((entry) => entry.person !== person), ...aside]
}

/** Removes the database from the device when nothing unsent is in it. */
export async function wipeQueue(): Promise<void> {
  const db = await database()
  if (!db) return
  const waiting = await read<number>('entries', (store) => store.count())
  const aside = await read<number>('aside', (store) => store.count())
  if (waiting || aside) return
  opening = undefined
  db.close()
  indexedDB.deleteDatabase(NAME)
}

/** Takes or renews the lease `name` for `tab` until `until` (ms), unless another tab holds it at `now`. */
export async function takeLease(name: string, tab: string, now: number, until: number): Promise<boolean> {
  const db = await database()
  if (!db) return true
  let taken = false
  await write(['leases'], (work) => {
    const leases = work.objectStore('leases')
    const held = leases.get(name)
    held.onsuccess = () => {
      const lease = held.result as { tab: string; until: number } | undefined
      taken = !lease || lease.tab === tab || lease.until < now
      if (taken) leases.put({ name, tab, until })
    }
  })
  return taken
}

let opening: Promise<IDBDatabase | undefined> | undefined

function database(): Promise<IDBDatabase | undefined> {
  opening ??= new Promise((resolve) => {
    try {
      const request = indexedDB.open(NAME, 1)
      request.onupgradeneeded = () => {
        const entries = request.result.createObjectStore('entries', { keyPath: 'seq', autoIncrement: true })
        entries.createIndex('person', 'person')
        entries.createIndex('id', 'id', { unique: true })
        request.result.createObjectStore('aside', { keyPath: 'id' })
        request.result.createObjectStore('leases', { keyPath: 'name' })
      }
      request.onsuccess = () => {
        const forget = () => {
          request.result.close()
          opening = undefined
        }
        request.result.onversionchange = forget
        request.result.onclose = forget
        resolve(request.result)
      }
      request.onerror = () => resolve(undefined)
      request.onblocked = () => resolve(undefined)
      // A browser that never answers (Safari has had that) must not hold back what is to be sent.
      setTimeout(() => resolve(undefined), OPENS_MS)
    } catch {
      resolve(undefined)
    }
  })
  return opening
}

async function read<T>(name: string, ask: (store: IDBObjectStore) => IDBRequest): Promise<T | undefined> {
  const db = await database()
  if (!db) return undefined
  try {
    const request = ask(db.transaction(name).objectStore(name))
    return await new Promise<T>((resolve, reject) => {
      request.onsuccess = () => resolve(request.result as T)
      request.onerror = () => reject(request.error)
    })
  } catch {
    return undefined
  }
}

async function write(names: string[], change: (work: IDBTransaction) => void): Promise<void> {
  const db = await database()
  if (!db) return
  const work = db.transaction(names, 'readwrite')
  change(work)
  await committed(work)
}

function deleteById(work: IDBTransaction, id: string): void {
  const entries = work.objectStore('entries')
  const key = entries.index('id').getKey(id)
  key.onsuccess = () => {
    if (key.result !== undefined) entries.delete(key.result)
  }
  work.objectStore('aside').delete(id)
}

const committed = (work: IDBTransaction): Promise<void> =>
  new Promise((resolve, reject) => {
    work.oncomplete = () => resolve()
    work.onerror = () => reject(work.error)
    work.onabort = () => reject(work.error)
  })
