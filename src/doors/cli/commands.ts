import { type Config, readConfig } from '#config.ts'

/** What somebody typed after the program's name. */
export type Call = {
  /** The EMAIL, FILE, MODE or TITLE of the command; empty for a command without one. */
  argument: string
  /** The NEW-EMAIL of the command; empty for a command without one. */
  second: string
  options: Set<string>
  /** Reads the settings; throws `ConfigProblems` when something is wrong with them. */
  config(): Config
}

/** One command of the command line. `run` returns the exit code. */
export type Command = {
  name: string
  argument?: 'EMAIL' | 'FILE' | 'MODE' | 'TITLE' | 'WHO'
  second?: 'NEW-EMAIL'
  /** The argument may be left out. */
  optional?: true
  sentence: string
  options?: { name: string; sentence: string }[]
  run(call: Call): Promise<number>
}

/** Wrong usage of the command line, as a sentence. */
export class UsageProblem extends Error {}

const GENERATE = { name: '--generate', sentence: 'make a good password and print it, instead of asking for one' }

/** All commands. Each loads what it needs when it is run. */
export const commands: Command[] = [
  {
    name: 'serve',
    sentence: 'Start the server.',
    run: async (call) => (await import('#serve.ts')).serve(call.config()),
  },
  {
    name: 'migrate',
    sentence: 'Bring the database up to date. serve does it too, at its start.',
    run: async (call) => (await import('./migrate.ts')).migrateNow(call.config()),
  },
  {
    name: 'create-admin',
    argument: 'EMAIL',
    sentence: 'Add a person who may administer the site. Asks for a password.',
    options: [GENERATE],
    run: async (call) => (await import('./people.ts')).createPerson(call, true),
  },
  {
    name: 'create-user',
    argument: 'EMAIL',
    sentence: 'Add a person. Asks for a password.',
    options: [GENERATE],
    run: async (call) => (await import('./people.ts')).createPerson(call, false),
  },
  {
    name: 'reset-password',
    argument: 'EMAIL',
    sentence: 'Give somebody a new password. It ends all their sessions.',
    options: [GENERATE],
    run: async (call) => (await import('./people.ts')).resetPassword(call),
  },
  {
    name: 'reset-link',
    argument: 'EMAIL',
    sentence: 'Print a link by which somebody chooses a new password. It works once, for a day.',
    run: async (call) => (await import('./people.ts')).printResetLink(call),
  },
  {
    name: 'set-email',
    argument: 'EMAIL',
    second: 'NEW-EMAIL',
    sentence: 'Give the account of somebody another address. It ends all their sessions.',
    run: async (call) => (await import('./users.ts')).setEmail(call),
  },
  {
    name: 'reset-factors',
    argument: 'EMAIL',
    sentence:
      'Let somebody log in by the password alone who has lost phone and recovery codes, or passkeys. It ends all their sessions.',
    run: async (call) => (await import('./users.ts')).forgetFactors(call),
  },
  {
    name: 'invite',
    argument: 'EMAIL',
    optional: true,
    sentence:
      'Print a link by which somebody makes an account, once, within a week. With EMAIL it is mailed there too.',
    run: async (call) => (await import('./people.ts')).printInvitation(call),
  },
  {
    name: 'users',
    sentence: 'List everybody: address, role, status, when the account was made, and when they were seen last.',
    run: async (call) => (await import('./users.ts')).listUsers(call),
  },
  {
    name: 'disable-user',
    argument: 'EMAIL',
    sentence: 'Log somebody out everywhere and let them in no more. What they have stays.',
    run: async (call) => (await import('./users.ts')).change(call, 'disable'),
  },
  {
    name: 'enable-user',
    argument: 'EMAIL',
    sentence: 'Let somebody in again who was disabled.',
    run: async (call) => (await import('./users.ts')).change(call, 'enable'),
  },
  {
    name: 'make-admin',
    argument: 'EMAIL',
    sentence: 'Let somebody who has an account administer the site.',
    run: async (call) => (await import('./users.ts')).change(call, 'make-admin'),
  },
  {
    name: 'take-admin',
    argument: 'EMAIL',
    sentence: 'Let somebody administer the site no more. The last administrator stays one.',
    run: async (call) => (await import('./users.ts')).change(call, 'take-admin'),
  },
  {
    name: 'sessions',
    argument: 'EMAIL',
    sentence: 'List where somebody is logged in.',
    run: async (call) => (await import('./users.ts')).listSessions(call),
  },
  {
    name: 'end-sessions',
    argument: 'EMAIL',
    sentence: 'Log somebody out everywhere.',
    run: async (call) => (await import('./users.ts')).endSessions(call),
  },
  {
    name: 'settings',
    sentence: 'Show how the site is called and who may register.',
    run: async (call) => (await import('./settings.ts')).showSettings(call),
  },
  {
    name: 'registration',
    argument: 'MODE',
    sentence: 'Say who may register: open, invite, closed, or default, which is what REGISTRATION says.',
    run: async (call) => (await import('./settings.ts')).chooseRegistration(call),
  },
  {
    name: 'two-steps',
    argument: 'WHO',
    sentence:
      'Choose who has to log in in two steps: nobody, admins, everybody, or default for what MFA_REQUIRED says.',
    run: async (call) => (await import('./settings.ts')).chooseTwoSteps(call),
  },
  {
    name: 'title',
    argument: 'TITLE',
    sentence: 'Say how the site is called on its pages and in its mails.',
    run: async (call) => (await import('./settings.ts')).chooseTitle(call),
  },
  {
    name: 'import-course',
    argument: 'FILE',
    sentence:
      'Bring in the people and tasks of a get-it-done.db that was made in the Flask course. The file is only read.',
    run: async (call) => (await import('./course.ts')).importCourse(call),
  },
  {
    name: 'backup',
    argument: 'FILE',
    sentence:
      'Copy the whole database, also while the server runs, into a new SQLite file. The secret key is not in it.',
    run: async (call) => (await import('./backups.ts')).backup(call),
  },
  {
    name: 'restore',
    argument: 'FILE',
    sentence: 'Replace the database by a backup, while no server runs. The old one is kept in DATA_DIR/backups.',
    options: [{ name: '--new-key', sentence: 'take a backup whose secret key is lost; everybody has to log in again' }],
    run: async (call) => (await import('./backups.ts')).restore(call),
  },
  {
    name: 'rotate-key',
    sentence:
      'Put a new secret key above the old one in the key file, while no server runs. Nobody is logged out. With SECRET_KEY in the settings: go over to it from those in PREVIOUS_SECRET_KEYS.',
    options: [
      { name: '--forget', sentence: 'drop the secrets of before from the key file, some 30 days later' },
      { name: '--anyway', sentence: 'also when somebody still has recovery codes that end with them' },
    ],
    run: async (call) => (await import('./keys.ts')).rotateKey(call),
  },
  {
    name: 'doctor',
    sentence: 'Look whether everything is well, also while the server runs. The exit code is 1 when something is not.',
    options: [{ name: '--up', sentence: 'only ask the server of these settings whether it answers' }],
    run: async (call) => (await import('./doctor.ts')).doctor(call),
  },
]

/**
 * Finds the command that `args` name. Throws `UsageProblem` for one there is not, a missing or surplus
 * argument, and an option that it does not have.
 */
export function understand(args: string[], env: Record<string, string | undefined>): { command: Command; call: Call } {
  const options = new Set(args.filter((arg) => arg.startsWith('--')))
  const [name, ...given] = args.filter((arg) => !arg.startsWith('--'))
  const command = commands.find((candidate) => candidate.name === name)
  if (!command) throw new UsageProblem(name === undefined ? 'Say what to do.' : `There is no command “${name}”.`)
  refuseUnknownOptions(command, options)
  const wanted = [command.argument, command.second].filter((word) => word !== undefined)
  if (!command.optional && wanted.some((_, i) => !given[i]))
    throw new UsageProblem(`Write: get-it-done ${usage(command)}`)
  if (given.length > wanted.length) {
    throw new UsageProblem(`That is more than ${command.name} takes. Write: get-it-done ${usage(command)}`)
  }
  const [argument = '', second = ''] = given
  return { command, call: { argument, second, options, config: () => readConfig(env) } }
}

/** How a command is written. */
export const usage = ({ name, argument, second, optional, options = [] }: Command): string =>
  [name, optional ? `[${argument}]` : argument, second, ...options.map((option) => `[${option.name}]`)]
    .filter(Boolean)
    .join(' ')

function refuseUnknownOptions(command: Command, options: Set<string>) {
  const unknown = [...options].find((option) => !command.options?.some((known) => known.name === option))
  if (unknown) throw new UsageProblem(`${command.name} knows no ${unknown}. Write: get-it-done ${usage(command)}`)
}
