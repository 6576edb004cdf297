const NAME = 'get-it-done'
const OPENS_MS = 3000

/**
 * Resolves when this device's store is open: at once as a rule, late in a slow browser, and never where there is none
 * (a private window, a full disk).
 */
export const whenOpen = (): Promise<void> => new Promise((resolve) => void open().then((db) => db && resolve()))

/** What `ask` finds in the store `name`; undefined when nothing can be read. */
export async function read<T>(name: string, ask: (store: IDBObjectStore) => IDBRequest<T>): Promise<T | undefined> {
  const db = await database()
  if (!db) return undefined
  try {
    const request = ask(db.transaction(name).objectStore(name))
    return await new Promise<T>((resolve, reject) => {
      request.onsuccess = () => resolve(request.result)
      request.onerror = () => reject(request.error)
    })
  } catch {
    return undefined
  }
}

/**
 * Makes `change` as a whole. Resolves when it is committed (true), or when there is no store to write to (false);
 * throws when the store does not take it.
 */
export async function write(names: string[], change: (work: IDBTransaction) => void): Promise<boolean> {
  const db = await database()
  if (!db) return false
  const work = db.transaction(names, 'readwrite', { durability: 'strict' })
  change(work)
  await committed(work)
  return true
}

const committed = (work: IDBTransaction): Promise<void> =>
  new Promise((resolve, reject) => {
    work.oncomplete = () => resolve()
    work.onerror = () => reject(work.error)
    work.onabort = () => reject(work.error)
  })

let opening: Promise<IDBDatabase | undefined> | undefined
let patience: Promise<undefined> | undefined

/** The database, or undefined while it does not open: what is to be sent must not be held back by that. */
const database = (): Promise<IDBDatabase | undefined> => Promise.race([open(), patience])

function open(): Promise<IDBDatabase | undefined> {
  if (opening) return opening
  // Counted from here, so that a browser that never answers (Safari has had that) is waited for once.
  patience = new Promise((resolve) => setTimeout(() => resolve(undefined), OPENS_MS))
  opening = new Promise((resolve) => {
    try {
      const request = indexedDB.open(NAME, 1)
      request.onupgradeneeded = () => furnish(request.result)
      request.onsuccess = () => {
        request.result.onversionchange = () => forget(request.result)
        request.result.onclose = () => forget(request.result)
        resolve(request.result)
      }
      request.onerror = () => resolve(undefined)
    } catch {
      resolve(undefined)
    }
  })
  return opening
}

function furnish(db: IDBDatabase): void {
  const entries = db.createObjectStore('entries', { keyPath: 'seq', autoIncrement: true })
  entries.createIndex('person', 'person')
  entries.createIndex('id', 'id', { unique: true })
  db.createObjectStore('aside', { keyPath: 'id' })
  db.createObjectStore('leases', { keyPath: 'name' })
}

function forget(db: IDBDatabase): void {
  db.close()
  opening = undefined
}
