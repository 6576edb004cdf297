import type { Config } from './config.ts'
import { isLoopback } from './core/loopback.ts'
import type { Store } from './opening.ts'

/** A sentence about how this server is set up; a warning asks for something to be done. */
export type Finding = { text: string; warning: boolean }

/** What the person who starts a server should know about how it is set up. */
export async function selfCheck(config: Config, store: Store): Promise<Finding[]> {
  return [
    ...addressFindings(config),
    proxyFinding(config),
    registrationFinding(config),
    keyFinding(store),
    ...(await peopleFindings(config, store)),
  ]
}

const fine = (text: string): Finding => ({ text, warning: false })
const warning = (text: string): Finding => ({ text, warning: true })

function addressFindings(config: Config): Finding[] {
  if (config.secure)
    return [fine('The address is https; the session cookie is __Host-sid and never travels unencrypted.')]
  if (config.loopbackOnly) return [fine('Only this machine reaches it; the session cookie is sid.')]
  const { hostname } = new URL(config.baseUrl)
  const encrypted = `Passwords and the session cookie sid travel to ${hostname} unencrypted.`
  return [
    isLoopback(hostname)
      ? fine('The address leads to this machine; the session cookie is sid.')
      : warning(`${encrypted} Put a proxy with https before it, and set BASE_URL to its address.`),
  ]
}

function proxyFinding({ trustedProxies, secure }: Config): Finding {
  if (trustedProxies.length > 0) {
    return fine(`The address of a visitor is what these proxies say: ${trustedProxies.join(', ')}.`)
  }
  if (!secure) return fine('No proxy is trusted: the address of a visitor is that of the connection.')
  return warning(
    'The address is https, which a proxy brings, but no proxy is trusted: all visitors seem to come from it and share its limits. Set TRUSTED_PROXIES, to loopback when it runs on this machine.',
  )
}

const registrationFinding = ({ registration }: Config): Finding =>
  registration === 'open'
    ? fine('Everybody who reaches it may register.')
    : fine('Nobody may register; get-it-done create-user EMAIL adds people.')

function keyFinding({ secrets: { file } }: Store): Finding {
  if (!file) return fine('The secret key comes from the settings.')
  if (file.openToOthers) {
    return warning(`Others on this machine may read the secret key. Close it with: chmod 600 ${file.path}`)
  }
  return fine(`The secret key is in ${file.path}; keep a copy of it with the backups.`)
}

async function peopleFindings(config: Config, { db }: Store): Promise<Finding[]> {
  const anybody = await db.selectFrom('users').select('id').limit(1).executeTakeFirst()
  if (anybody) return []
  if (config.loopbackOnly && config.registration === 'open') {
    return [fine('There is nobody yet: whoever registers first becomes the administrator.')]
  }
  return [warning('There is nobody yet. Add yourself with: get-it-done create-admin EMAIL')]
}
