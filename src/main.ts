import { ConfigProblems } from '#config.ts'
import { Refusal } from '#core/refusal.ts'
import { troubleSentence } from '#db/db.ts'
import { UsageProblem, understand } from './doors/cli/commands.ts'

const TROUBLE = 1
const WRONG_USAGE = 64
const WRONG_CONFIGURATION = 78

/** Does what `args` say and returns the exit code. What was refused is told on standard error. */
async function main(args: string[]): Promise<number> {
  try {
    if (args.includes('--help') || args[0] === '-h' || args[0] === 'help')
      return await print((await import('./doors/cli/help.ts')).help())
    if (args.includes('--version')) return await print(`${(await import('./version.ts')).version}\n`)
    const { command, call } = understand(args, process.env)
    return await command.run(call)
  } catch (error) {
    return complain(error)
  }
}

async function print(text: string): Promise<number> {
  await Bun.write(Bun.stdout, text)
  return 0
}

function complain(error: unknown): number {
  if (error instanceof UsageProblem) {
    process.stderr.write(`${error.message}\nget-it-done --help lists everything.\n`)
    return WRONG_USAGE
  }
  if (error instanceof ConfigProblems) {
    process.stderr.write(`Get It Done! cannot start like this:\n${error.problems.map((one) => `- ${one}\n`).join('')}`)
    return WRONG_CONFIGURATION
  }
  if (error instanceof Refusal) process.stderr.write(`${error.sentence}\n`)
  else process.stderr.write(`${troubleSentence(error, { written: true }) ?? trace(error)}\n`)
  return TROUBLE
}

const trace = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error))

// The database, the key and the backups are for their owner only.
process.umask(0o077)
process.exitCode = await main(process.argv.slice(2))
// A command that is done is done, also when a library still holds a timer.
process.exit()
