import { settings } from '#config/table.ts'
import { commands, usage } from './commands.ts'

/** What `--help` prints: every command, and every setting with its default. */
export const help = (): string => `Get It Done! A to-do app that remembers you.

get-it-done COMMAND

Commands
${commands.map(commandHelp).join('\n')}
  --help
      Print this.
  --version
      Print the version.

Settings (environment variables)
${settings.map(({ name, sentence, default: standard }) => `  ${name}\n${wrapped(`${sentence} Default: ${standard}.`)}`).join('\n')}

Exit codes: 0 fine, 1 trouble, 64 wrong usage, 78 something is wrong with the settings.
`

const commandHelp = (command: (typeof commands)[number]): string => {
  const options = (command.options ?? []).map(({ name, sentence }) => wrapped(`${name}: ${sentence}.`))
  return [`  ${usage(command)}`, wrapped(command.sentence), ...options].join('\n')
}

const WIDTH = 96
const INDENT = '      '

/** `text` in lines that fit, each indented. */
function wrapped(text: string): string {
  const lines = ['']
  for (const word of text.split(' ')) {
    const line = lines.at(-1)!
    if (line && INDENT.length + line.length + word.length >= WIDTH) lines.push(word)
    else lines[lines.length - 1] = line ? `${line} ${word}` : word
  }
  return lines.map((line) => INDENT + line).join('\n')
}
