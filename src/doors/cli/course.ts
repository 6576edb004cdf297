import { resolve } from 'node:path'
import { openHashing } from '#crypto/passwords.ts'
import { readCourse } from '#db/course-file.ts'
import { type Brought, bringCourse } from '#features/course/bringing.ts'
import { openStore } from '#opening.ts'
import { silentLog } from '#web/log.ts'
import type { Call } from './commands.ts'
import { fromHere } from './people.ts'

/** `import-course FILE`: brings in everybody of the Flask course with their tasks, and says what became of each. */
export async function importCourse(call: Call): Promise<number> {
  const config = call.config()
  // Before a database is opened or made for it.
  const course = readCourse(resolve(call.argument))
  const { db } = await openStore(config, new Date())
  try {
    const hashing = await openHashing(config.password)
    const brought = await bringCourse({ db, hashing, log: silentLog }, course, fromHere())
    for (const one of brought) console.log(inWords(one))
    if (course.nobodys > 0) console.log(`Left out: ${tasksInWords(course.nobodys)} that belong to nobody in the file.`)
    console.log(summary(brought))
    return 0
  } finally {
    await db.close()
  }
}

function inWords(one: Brought): string {
  if (one.as !== 'account') {
    const who = shown(one.email)
    if (one.as === 'no-address') return `Left out: “${who}” is not an e-mail address.`
    return `Left out: ${who} has an account here already, which stays as it is.`
  }
  const { email, open, completed, nameless, hasPassword } = one
  const sentences = [
    `${email} has ${tasksInWords(open)} to do and ${completed} completed.`,
    nameless > 0 ? `Left out: ${tasksInWords(nameless)} without a name.` : '',
    hasPassword
      ? ''
      : `Their password cannot be known again: get-it-done reset-password ${email} gives them a new one.`,
  ]
  return sentences.filter(Boolean).join(' ')
}

function summary(brought: Brought[]): string {
  const accounts = brought.filter((one) => one.as === 'account')
  const tasks = accounts.reduce((sum, { open, completed }) => sum + open + completed, 0)
  const people = accounts.length === 1 ? '1 person' : `${accounts.length} people`
  return `${people} with ${tasksInWords(tasks)} brought in. The file is as it was.`
}

const tasksInWords = (count: number): string => (count === 1 ? '1 task' : `${count.toLocaleString('en')} tasks`)

// What stands in the file may be made to be read by a terminal: only what can be seen goes there.
const shown = (text: string): string => text.slice(0, 100).replace(/[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/gu, '?')
