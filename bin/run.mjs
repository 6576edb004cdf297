// What `npm start`, `npm test` and the other scripts of package.json call: `node bin/run.mjs COMMAND …`.
import { BOUND, launch } from './launch.mjs'

/** What Bun is given for each command; further arguments follow. */
const commands = {
  serve: [BOUND, 'src/main.ts', 'serve'],
  dev: [BOUND, '--watch', 'src/main.ts', 'serve'],
  // Not bound: it notices by itself, and then has a PostgreSQL to stop and files to remove.
  test: ['--no-env-file', 'bin/test.ts'],
  types: [BOUND, 'node_modules/typescript/bin/tsc', '--noEmit'],
  lint: [BOUND, 'node_modules/@biomejs/biome/bin/biome', 'check'],
  build: [BOUND, 'bin/build.ts'],
  bench: [BOUND, 'bin/bench.ts'],
  screens: [BOUND, 'bin/screens.ts'],
}

/** These need only what serves: no browser, no PostgreSQL, no compiler. */
const light = ['serve', 'dev', 'build']

const [command, ...rest] = process.argv.slice(2)
if (command !== undefined && Object.hasOwn(commands, command)) {
  await launch([...commands[command], ...rest], { everything: !light.includes(command) })
} else {
  process.stderr.write(`Say what to run: node bin/run.mjs ${Object.keys(commands).join('|')}\n`)
  process.exitCode = 64
}
