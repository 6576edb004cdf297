import { spawn, spawnSync } from 'node:child_process'
import { constants } from 'node:os'
import { bun, install, root } from './install.mjs'

/** Has Bun end, and end its own children, also when we are killed outright and can pass nothing on. */
export const BOUND = '--no-orphans'

/**
 * Installs what is missing and then becomes Bun with `args`, as far as one process can become another:
 * signals go to it, and its exit code is ours. With `BOUND` among `args` it does not outlive us either.
 */
export async function launch(args, { everything, cwd = root }) {
  if (Number(process.versions.node.split('.')[0]) < 20) {
    return refuse(`Get It Done! needs Node 20 or newer; this is ${process.version}.`)
  }
  try {
    await install({ everything })
  } catch (error) {
    return refuse(error.message)
  }
  const child = spawn(bun, args, { cwd, stdio: 'inherit' })
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => passOn(child, signal))
  if (process.env.npm_lifecycle_event) followCallers(() => child.kill('SIGTERM'))
  child.on('error', (error) => refuse(`Bun does not run on this machine. ${error.message}`))
  child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]))
}

function passOn(child, signal) {
  // A terminal sends Ctrl-C to every process of the foreground; passing it on would make it two.
  if (signal === 'SIGINT' && process.stdin.isTTY) return
  child.kill(signal)
}

/**
 * npm passes signals on to the shell it started us with, and that shell dies without a word to us; when
 * npm itself is killed the shell does not even notice. So we look after both, and stop when one is gone.
 */
function followCallers(stop) {
  const shell = process.ppid
  const npm = Number(spawnSync('ps', ['-o', 'ppid=', '-p', String(shell)]).stdout)
  const isGone = () => process.ppid !== shell || (npm > 1 && !isAlive(npm))
  const look = setInterval(() => {
    if (!isGone()) return
    clearInterval(look)
    stop()
  }, 200)
  look.unref()
}

function isAlive(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

function refuse(sentence) {
  process.stderr.write(`${sentence}\n`)
  process.exit(1)
}
