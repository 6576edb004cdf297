import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'kysely'
import type { Config } from '#config.ts'
import { Refusal } from '#core/refusal.ts'
import { connect, type Database } from '#db/db.ts'
import { belonging, isEmpty, nobodysKeys } from '#db/instance.ts'
import { takeLock } from '#db/lock.ts'
import { pendingSteps } from '#db/migrate.ts'
import { isOpenToOthers } from '#disk.ts'
import { newestEvent } from '#features/accounts/events.ts'
import { openTransport } from '#features/mail/transport.ts'
import { hasDatabase, inWords, keyFileOf, keysOf, knownSecrets, placeOf } from '#opening.ts'
import { builtAt, clockProblem, copiesInWords, inMegabytes, LITTLE_SPACE, sizeOf, spaceIn } from '#self-check.ts'
import { version } from '#version.ts'
import type { Call } from './commands.ts'

/** What was looked at: fine, worth knowing, or wrong. */
type Finding = { mark: '✓' | '!' | '✗'; sentence: string }

const fine = (sentence: string): Finding => ({ mark: '✓', sentence })
const notable = (sentence: string): Finding => ({ mark: '!', sentence })
const wrong = (sentence: string): Finding => ({ mark: '✗', sentence })

/**
 * `doctor`: looks at everything, also beside a running server, and prints what it finds. Returns 1 when
 * something is wrong. Changes nothing.
 */
export async function doctor(call: Call): Promise<number> {
  const config = call.config()
  if (call.options.has('--up')) return askWhetherUp(config)
  const findings = [
    fine(`Get It Done! ${version} on Bun ${Bun.version}.`),
    fine(`The settings can be read. The address is ${config.baseUrl}, REGISTRATION is ${config.registration}.`),
    ...folderFindings(config),
    ...keyFileFindings(config),
    ...(await databaseFindings(config)),
    fine(copiesInWords(config)),
    await mailFinding(config),
    await serverFinding(config),
  ]
  for (const { mark, sentence } of findings) console.log(`${mark} ${sentence}`)
  const problems = findings.filter((finding) => finding.mark === '✗').length
  console.log(problems === 0 ? 'Nothing is wrong.' : `${problems} ${problems === 1 ? 'thing is' : 'things are'} wrong.`)
  return problems === 0 ? 0 : 1
}

async function askWhetherUp(config: Config): Promise<number> {
  const finding = await serverFinding(config)
  console.log(finding.sentence)
  return finding.mark === '✓' ? 0 : 1
}

async function serverFinding(config: Config): Promise<Finding> {
  const at = `${reachable(config.host)}:${config.port}`
  try {
    const answer = await fetch(`http://${at}/up`, {
      headers: { host: new URL(config.baseUrl).host },
      redirect: 'manual',
      signal: AbortSignal.timeout(4000),
    })
    if (answer.ok)
      return isServed(config)
        ? fine(`A server answers at ${at}.`)
        : notable(`What answers at ${at} is another server: nobody serves the folder ${config.dataDir}.`)
    return wrong(`What answers at ${at} is not well: its answer to /up is ${answer.status}.`)
  } catch {
    return notable(`No server answers at ${at}.`)
  }
}

/** Whether some server works on the folder. Of a PostgreSQL nobody can say. */
function isServed({ databaseUrl, dataDir }: Config): boolean {
  if (databaseUrl) return true
  if (!existsSync(join(dataDir, 'server.lock'))) return false
  const lock = takeLock(dataDir)
  lock?.release()
  return lock === undefined
}

const reachable = (host: string): string => {
  if (host === '0.0.0.0') return '127.0.0.1'
  if (host === '::' || host === '::1') return '[::1]'
  return host.includes(':') ? `[${host}]` : host
}

function folderFindings({ dataDir, databaseUrl }: Config): Finding[] {
  if (!existsSync(dataDir)) return databaseUrl ? [] : [notable(`The folder ${dataDir} is not there yet.`)]
  const open = isOpenToOthers(dataDir)
    ? notable(`Others on this machine may look into ${dataDir}. chmod 700 ${dataDir} closes it.`)
    : fine(`The folder ${dataDir} is closed to others.`)
  return [open, spaceFinding(dataDir)]
}

function spaceFinding(folder: string): Finding {
  const { free, sentence } = spaceIn(folder)
  if (free < 50) return wrong(sentence)
  return free < LITTLE_SPACE ? notable(sentence) : fine(sentence)
}

function keyFileFindings(config: Config): Finding[] {
  if (config.secrets.current !== undefined) return [fine('The secret key comes from the settings.')]
  const path = keyFileOf(config)
  try {
    const secrets = knownSecrets(config)
    if (!secrets?.file) return [notable(`There is no key file ${path} yet.`)]
    if (secrets.file.openToOthers) return [wrong(`Others may read the key file. chmod 600 ${path} closes it.`)]
    return [fine(`The key file ${path} is closed to others.`)]
  } catch (error) {
    return [wrong(sentenceOf(error))]
  }
}

async function databaseFindings(config: Config): Promise<Finding[]> {
  if (!hasDatabase(config)) return [notable('There is no database yet: the first start makes it.')]
  const db = connect(placeOf(config))
  const findings: Finding[] = []
  try {
    await examine(config, db, findings)
  } catch (error) {
    findings.push(wrong(sentenceOf(inWords(error, config))))
  } finally {
    await db.close().catch(() => {})
  }
  return findings
}

async function examine(config: Config, db: Database, findings: Finding[]): Promise<void> {
  if (await isEmpty(db)) {
    findings.push(notable('The database is empty: the first start fills it.'))
    return
  }
  const pending = await pendingSteps(db)
  findings.push(await sizeFinding(config, db))
  findings.push(
    pending.length === 0
      ? fine('The database is up to date.')
      : notable(`The database is that of an older version. The next start upgrades it: ${pending.join(', ')}.`),
  )
  findings.push(await keyFinding(config, db))
  if (pending.length === 0) findings.push(clockFinding(await newestEvent(db)))
  if (db.kind === 'sqlite') findings.push(...(await integrityFindings(db)))
}

function clockFinding(newest: string | undefined): Finding {
  const problem = clockProblem(new Date(), { newest, built: builtAt() })
  return problem === undefined ? fine('The clock of this machine may be right.') : wrong(problem)
}

async function sizeFinding(config: Config, db: Database): Promise<Finding> {
  const place = placeOf(config)
  const { people } = await db
    .selectFrom('users')
    .select((eb) => eb.fn.countAll<number>().as('people'))
    .executeTakeFirstOrThrow()
  if ('url' in place) return fine(`The PostgreSQL at ${new URL(place.url).host} answers. It knows ${counted(people)}.`)
  const megabytes = inMegabytes(await sizeOf(db))
  return fine(`The database ${place.file} can be read. It has ${megabytes} MB and knows ${counted(people)}.`)
}

const counted = (people: number): string => (people === 1 ? '1 person' : `${people} people`)

async function keyFinding(config: Config, db: Database): Promise<Finding> {
  const secrets = attempt(() => knownSecrets(config))
  const to = await belonging(db, secrets ? keysOf(secrets, config.baseUrl) : nobodysKeys())
  if (to === 'current') return fine('The database belongs to this secret key.')
  if (to === 'previous') return notable('The database belongs to a previous secret key. The next start changes that.')
  if (to === 'nobody') return notable('The database belongs to no secret key yet.')
  return wrong(secrets ? 'This database belongs to another SECRET_KEY.' : 'The secret key of this database is missing.')
}

async function integrityFindings(db: Database): Promise<Finding[]> {
  const whole = await sql<{ integrity_check: string }>`pragma integrity_check(1)`.execute(db)
  const dangling = await sql<{ n: number }>`select count(*) as n from pragma_foreign_key_check`.execute(db)
  const problem = whole.rows[0]?.integrity_check
  const rows = dangling.rows[0]?.n ?? 0
  return [
    problem === 'ok' ? fine('The database is whole.') : wrong(`The database is damaged: ${problem}`),
    rows === 0
      ? fine('Every row points to one that is there.')
      : wrong(`${rows} rows point to rows that are not there.`),
  ]
}

async function mailFinding({ mail }: Config): Promise<Finding> {
  if (!mail) return fine('No mails are sent: SMTP_URL is not set.')
  try {
    await (await openTransport(mail)).try()
    return fine(`The mail server ${mail.host} would take a mail from us.`)
  } catch (error) {
    return wrong(`The mail server ${mail.host} takes no mail from us: ${sentenceOf(error)}`)
  }
}

const sentenceOf = (error: unknown): string => {
  if (error instanceof Refusal) return error.sentence
  return error instanceof Error ? error.message : String(error)
}

function attempt<T>(work: () => T): T | undefined {
  try {
    return work()
  } catch {
    return undefined
  }
}
