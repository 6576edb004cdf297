import { BlockList, isIP } from 'node:net'
import type { Config } from '#config.ts'
import { isLoopback } from '#core/loopback.ts'
import { isReading } from './methods.ts'

/**
 * What to do about the Host header: nothing (`undefined`), send the person to the proper address, or refuse.
 * Everything that depends on our public address depends on BASE_URL alone, so a request for any other
 * host is a mistake or an attack.
 */
export function checkHost(request: Request, config: Config): { redirect: string } | { refuse: string } | undefined {
  const host = request.headers.get('Host')?.toLowerCase() ?? ''
  if (`${config.secure ? 'https' : 'http'}://${host}` === config.baseUrl) return undefined
  const ours = new URL(config.baseUrl)
  // A proxy may spell out the port that the scheme has anyway.
  const spelled = `${ours.hostname}:${ours.port || (config.secure ? '443' : '80')}`
  if (host === ours.host || host === spelled || config.extraOrigins.some((origin) => new URL(origin).host === host))
    return undefined
  const isHere = isLoopback(host.replace(/:\d{1,5}$/, '')) && isLoopback(ours.hostname)
  if (isHere && isReading(request)) return { redirect: config.baseUrl }
  return { refuse: `This server is known as ${config.baseUrl}. Open that address, or set BASE_URL to the one you use.` }
}

/**
 * The person's own address. Only proxies named in TRUSTED_PROXIES are believed; of what they
 * say the rightmost address that is not itself a trusted proxy counts, since anything left of it was sent by
 * the person and may be invented.
 */
export function clientAddress(peer: string, forwarded: string | null, trusted: Trusted): string {
  const direct = plain(peer)
  if (!trusted(direct) || !forwarded) return direct
  const hops = forwarded.split(',').map((hop) => plain(hop.trim()))
  for (const hop of hops.reverse()) {
    if (!isIP(hop)) return direct
    if (!trusted(hop)) return hop
  }
  return direct
}

export type Trusted = (address: string) => boolean

/** Reads TRUSTED_PROXIES: addresses, ranges in CIDR form, and the word `unix` for a socket without an address. */
export function trustedProxies(ranges: string[]): Trusted {
  const list = new BlockList()
  for (const range of ranges.filter((entry) => entry !== 'unix')) {
    const [address = '', bits] = range.split('/')
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4'
    list.addSubnet(address, bits === undefined ? (family === 'ipv6' ? 128 : 32) : Number(bits), family)
  }
  return (address) => {
    const family = isIP(address)
    if (family === 0) return address === '' && ranges.includes('unix')
    return list.check(address, family === 6 ? 'ipv6' : 'ipv4')
  }
}

// Some proxies name the port too, and an IPv6 address may come in brackets or with a zone.
function plain(address: string): string {
  const bare = address.replace(/^\[([^\]]*)\](:\d+)?$/, '$1').replace(/^(\d+(\.\d+){3}):\d+$/, '$1')
  return withoutDisguise(bare.replace(/%.*$/, ''))
}

/** An IPv4 address may come in IPv6's clothes (RFC 4291, section 2.5.5.2), written in either way. */
function withoutDisguise(address: string): string {
  const [, dotted, high, low] = /^::ffff:(?:(\d+(?:\.\d+){3})|([0-9a-f]{1,4}):([0-9a-f]{1,4}))$/i.exec(address) ?? []
  if (dotted !== undefined) return dotted
  if (high === undefined || low === undefined) return address
  const [left, right] = [Number.parseInt(high, 16), Number.parseInt(low, 16)]
  return `${left >> 8}.${left & 255}.${right >> 8}.${right & 255}`
}
