import { describe, expect, test } from 'bun:test'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'

// Where things stand, and who may lean on whom: what docs/architecture.md says, as facts.

const SRC = join(import.meta.dir, '../src')
const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .sort()
const textOf = (path: string) => readFileSync(join(SRC, path), 'utf8')
const ringOf = (path: string) => (path.includes('/') ? path.slice(0, path.indexOf('/')) : path)

/** What a file imports: paths in src, and packages by their names. */
function importsOf(path: string): string[] {
  const found = textOf(path).matchAll(
    /^(?:import|export)\b[^;'"]*?from '([^']+)'|^import '([^']+)'|\bimport\('([^']+)'\)/gm,
  )
  return [...found].map(([, from, bare, lazy]) => {
    const name = (from ?? bare ?? lazy)!
    if (name.startsWith('#')) return name.slice(1)
    return name.startsWith('.') ? relative(SRC, join(SRC, dirname(path), name)) : `package ${name}`
  })
}

const uses = files.flatMap((from) => importsOf(from).map((to) => ({ from, to })))

// Each ring, and what of ours it may import besides itself. What stands in src/ itself is named alone.
const rings: Record<string, string[]> = {
  core: [],
  'disk.ts': ['core'],
  crypto: ['core', 'disk.ts'],
  config: ['core', 'crypto'],
  'config.ts': ['core', 'crypto', 'config'],
  db: ['core', 'crypto', 'disk.ts'],
  web: ['core', 'crypto', 'db', 'config.ts'],
  features: ['core', 'crypto', 'db', 'web', 'config.ts'],
  'chores.ts': ['core', 'features', 'web'],
  'app.ts': ['core', 'db', 'web', 'features', 'chores.ts'],
  client: ['core'],
}
// The doors: whoever is out here may use everything further in.
const doors = ['doors', 'main.ts', 'serve.ts', 'opening.ts', 'self-check.ts', 'version.ts']

/** The features in the order in which app.ts mounts them. */
const features = [
  'mail',
  'accounts',
  'tokens',
  'passkeys',
  'recovery',
  'factors',
  'entry',
  'sso',
  'email',
  'review',
  'admin',
  'help',
  'lists',
  'labels',
  'tasks',
  'search',
  'history',
  'leaving',
  'live',
  'course',
]

describe('imports point inward', () => {
  test('every ring is known', () => {
    expect([...new Set(files.map(ringOf))].filter((ring) => !(ring in rings) && !doors.includes(ring))).toEqual([])
  })

  for (const [ring, allowed] of Object.entries(rings)) {
    test(`${ring} leans on ${allowed.join(', ') || 'nothing'}`, () => {
      const wrong = uses.filter(({ from, to }) => {
        const target = ringOf(to)
        return ringOf(from) === ring && !to.startsWith('package ') && target !== ring && !allowed.includes(target)
      })
      expect(wrong).toEqual([])
    })
  }

  test('core uses one package, and nothing of the runtime', () => {
    const packages = uses.filter(({ from, to }) => ringOf(from) === 'core' && to.startsWith('package '))
    expect(packages).toEqual([{ from: 'core/order.ts', to: 'package fractional-indexing' }])
    for (const path of files.filter((file) => ringOf(file) === 'core')) {
      expect([path, /\b(process|Bun|fetch|Date\.now|new Date\(\)|Math\.random)\b/.exec(textOf(path))]).toEqual([
        path,
        null,
      ])
    }
  })

  test('a feature leans only on those mounted above it', () => {
    const order = /const routes = \[([^\]]*)\]/.exec(textOf('app.ts'))![1]!
    const mounted = [...order.matchAll(/\w+/g)].map(([name]) => name).filter((name) => features.includes(name))
    expect(mounted).toEqual(features.filter((name) => mounted.includes(name)))
    expect(readdirSync(join(SRC, 'features')).sort()).toEqual([...features].sort())
    const name = (path: string) => path.split('/')[1]!
    const wrong = uses.filter(
      ({ from, to }) =>
        from.startsWith('features/') &&
        to.startsWith('features/') &&
        features.indexOf(name(to)) > features.indexOf(name(from)),
    )
    expect(wrong).toEqual([])
  })

  test('no file imports itself in a circle', () => {
    const targets = new Map(files.map((path) => [path, typeFree(path)]))
    const circles: string[] = []
    const seen = new Set<string>()
    const walk = (path: string, trail: string[]) => {
      if (trail.includes(path)) circles.push([...trail.slice(trail.indexOf(path)), path].join(' → '))
      if (seen.has(path) || trail.includes(path)) return
      for (const next of targets.get(path) ?? []) walk(next, [...trail, path])
      seen.add(path)
    }
    for (const path of files) walk(path, [])
    expect(circles).toEqual([])
  })
})

/** What a file needs to run; types are gone by then. */
function typeFree(path: string): string[] {
  const found = textOf(path).matchAll(/^(?:import|export)\b(?! type\b)[^;'"]*?from '([^']+)'/gm)
  return [...found].map(([, name = '']) =>
    name.startsWith('#') ? name.slice(1) : relative(SRC, join(SRC, dirname(path), name)),
  )
}

test('docs/architecture.md names what stands in src/, and every file of web/', () => {
  const map = readFileSync(join(SRC, '../docs/architecture.md'), 'utf8')
  const names = readdirSync(SRC, { withFileTypes: true }).map((entry) => entry.name + (entry.isDirectory() ? '/' : ''))
  const unnamed = [...names, ...readdirSync(join(SRC, 'web'))].filter((name) => !map.includes(name))
  expect(unnamed).toEqual([])
  for (const [, path = ''] of map.matchAll(/`((?:core|crypto|db|web|features|client|doors)\/[\w/-]*(?:\.ts)?)`/g)) {
    expect([path, existsSync(join(SRC, path))]).toEqual([path, true])
  }
})

describe('one place for each thing', () => {
  const places: [what: string, pattern: RegExp, where: string[]][] = [
    ['the environment is read', /\b(process|Bun|import\.meta)\.env\b/, ['main.ts']],
    ['markup is taken as it is', /\braw\(/, ['web/html.ts', 'web/icons.ts', 'web/markdown.ts']],
    ['cookies are written', /['"`]Set-Cookie['"`]/, ['app.ts']],
    ['SQL is put together from text', /\bsql\.(raw|lit)\b/, []],
    ['text becomes code', /\beval\(|new Function\(|\bvm\./, []],
  ]
  for (const [what, pattern, where] of places) {
    test(`${what} only in ${where.join(' and ') || 'no file'}`, () => {
      const code = (path: string) => textOf(path).replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*/g, '')
      expect(files.filter((path) => pattern.test(code(path)))).toEqual(where)
    })
  }

  test('the console belongs to the command line', () => {
    const users = files.filter((path) => /\bconsole\.(log|info|debug)\(/.test(textOf(path)))
    expect(users.filter((path) => ringOf(path) !== 'doors')).toEqual([])
  })

  test('keys, MACs and randomness are made in crypto/ (and names of drafts in disk.ts)', () => {
    const users = uses.filter(({ to }) => to === 'package node:crypto').map(({ from }) => from)
    expect(users.filter((path) => ringOf(path) !== 'crypto')).toEqual(['disk.ts'])
    expect(files.filter((path) => ringOf(path) !== 'client' && /Math\.random/.test(textOf(path)))).toEqual([])
  })

  // Who may change which table. Reading is free.
  const owners: Record<string, string[]> = {
    instance: ['db/instance.ts', 'features/accounts/people.ts'],
    users: [
      'db/journal.ts',
      'db/people.ts',
      'db/purge.ts',
      'features/accounts/leaving.ts',
      'features/accounts/people.ts',
      'features/accounts/reviews.ts',
      'features/accounts/session-rows.ts',
      'features/admin/changing.ts',
    ],
    sessions: ['features/accounts/session-rows.ts', 'features/accounts/sessions.ts'],
    session_values: ['features/accounts/login.ts', 'features/accounts/session.ts'],
    known_devices: ['features/accounts/devices.ts'],
    login_challenges: ['features/accounts/challenges.ts'],
    passkeys: ['features/passkeys/rows.ts'],
    totps: ['features/factors/totps.ts'],
    recovery_codes: ['features/factors/recovery-codes.ts'],
    identities: ['features/sso/identities.ts'],
    api_tokens: ['features/accounts/people.ts', 'features/tokens/tokens.ts'],
    throttles: ['features/accounts/throttles.ts'],
    invitations: ['features/entry/invitations.ts'],
    registrations: ['features/entry/pending.ts'],
    one_time_tokens: ['features/accounts/one-time.ts'],
    email_changes: ['features/email/changes.ts'],
    mail_outbox: ['features/mail/outbox.ts'],
    auth_events: ['features/accounts/events.ts'],
    lists: ['db/derived.ts', 'db/journal.ts', 'db/people.ts', 'db/purge.ts'],
    list_members: ['db/people.ts', 'db/purge.ts', 'features/lists/adding.ts'],
    sections: ['db/purge.ts'],
    labels: ['db/purge.ts'],
    filters: ['db/purge.ts'],
    tasks: ['db/purge.ts', 'db/write.ts'],
    task_labels: ['db/derived.ts'],
    completions: [],
    ops: ['db/ops.ts', 'db/purge.ts'],
    changes: ['db/purge.ts', 'db/write.ts'],
  }

  test('every table is written by those who own it; lists, tasks and completions by the journal', () => {
    const written = files.flatMap((path) => tablesWritten(path).map((table) => ({ path, table })))
    const byTable = Map.groupBy(written, ({ table }) => table)
    for (const table of byTable.keys()) expect(Object.keys(owners)).toContain(table)
    for (const [table, paths] of Object.entries(owners)) {
      const writers = new Set((byTable.get(table) ?? []).map(({ path }) => path))
      expect([table, [...writers].sort()]).toEqual([table, paths])
    }
    const unnamed = files.filter((path) => /\.(insertInto|updateTable|deleteFrom)\(\s*[^'\s]/.test(textOf(path)))
    expect(unnamed).toEqual(['db/write.ts'])
  })

  test('no file is longer than 300 lines', () => {
    expect(files.filter((path) => textOf(path).split('\n').length > 301)).toEqual([])
  })
})

/** The tables that a file names as those it writes to. */
const tablesWritten = (path: string): string[] =>
  [...textOf(path).matchAll(/\.(?:insertInto|updateTable|deleteFrom)\(\s*'(\w+)'/g)].map(([, table]) => table!)
