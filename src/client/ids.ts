import { uuidv7 } from '#core/ids.ts'

/** A fresh id for a thing born in this browser. Works on plain http, where `crypto.randomUUID` does not exist. */
export const newId = (): string => uuidv7(Date.now(), crypto.getRandomValues(new Uint8Array(10)))

/** This tab, as long as its document lives. */
export const TAB = newId()
