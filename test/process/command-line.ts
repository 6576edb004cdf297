import type { TestDatabase } from '#test/databases.ts'
import { fromSource } from '#test/running.ts'

/** How a command ended and what it said. */
export type Said = { code: number; out: string; err: string }

/** A secret that tests may use. */
export const SECRET = 'c0ffee5eed0fa11ce5b1a5ed1eaf0ddba11f100d5ca1ab1ef005ba11deadbea7'

/** The settings that lead a process to this database. PostgreSQL wants the secret from the settings. */
export const settingsFor = (database: TestDatabase): Record<string, string> =>
  database.url === undefined
    ? { DATA_DIR: database.dir }
    : { DATA_DIR: database.dir, DATABASE_URL: database.url, SECRET_KEY: SECRET }

/** Runs `get-it-done args` with no other settings than `env`, and `input` on its standard input. */
export async function getItDone(args: string[], env: Record<string, string> = {}, input = ''): Promise<Said> {
  const child = Bun.spawn([...fromSource, ...args], {
    env: { PATH: process.env.PATH ?? '', TMPDIR: process.env.TMPDIR ?? '/tmp', ...env },
    stdin: new Blob([input]),
    stdout: 'pipe',
    stderr: 'pipe',
  })
  const [out, err, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ])
  return { code, out, err }
}
