import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { readConfig } from '#config.ts'
import { networksOf } from '#features/accounts/limits.ts'
import { PASSWORD, world } from '#test/world.ts'
import { clientAddress, trustedProxies } from '#web/host.ts'

const local = await world()
const open = await world({ BASE_URL: 'https://todo.example.org', REGISTRATION: 'open' })

describe('the Host header', () => {
  const cases: [at: typeof local, host: string, method: string, status: number][] = [
    [local, 'localhost:3000', 'GET', 200],
    [local, 'LOCALHOST:3000', 'GET', 200],
    [local, '127.0.0.1:3000', 'GET', 307],
    [local, '127.1.2.3:8080', 'GET', 307],
    [local, '[::1]:3000', 'GET', 307],
    [local, 'localhost', 'HEAD', 307],
    [local, 'todo.localhost:3000', 'GET', 307],
    [local, '127.example.com', 'GET', 421],
    [local, '127.0.0.300', 'GET', 421],
    [local, '127.0.0.1:3000', 'POST', 421],
    [local, '127.0.0.1.evil.example', 'GET', 421],
    [local, 'evil.example', 'GET', 421],
    [local, 'evil.example:3000', 'GET', 421],
    [local, 'localhost.:3000', 'GET', 421],
    [local, 'localhost:3000.evil.example', 'GET', 421],
    [local, 'localhost:3000@evil.example', 'GET', 421],
    [local, 'localhost:99999999', 'GET', 421],
    [local, '0.0.0.0:3000', 'GET', 421],
    [local, '192.168.1.5:3000', 'GET', 421],
    [open, 'todo.example.org', 'GET', 200],
    [open, 'todo.example.org:443', 'GET', 200],
    [open, 'TODO.example.org', 'POST', 422],
    [open, 'todo.example.org:80', 'GET', 421],
    [open, 'todo.example.org:8443', 'GET', 421],
    [open, 'todo.example.org.', 'GET', 421],
    [open, 'evil.todo.example.org', 'GET', 421],
    [open, 'localhost:3000', 'GET', 421],
    [open, '127.0.0.1', 'GET', 421],
    [open, 'todo.example.org, evil.example', 'GET', 421],
  ]
  for (const [at, host, method, status] of cases) {
    test(`${method} with Host: ${host} at ${at.config.baseUrl}: ${status}`, async () => {
      const headers = { Host: host, 'Sec-Fetch-Site': 'same-origin' }
      const answer = await at.browser().request('/login?next=%2Fcompleted', { method, headers })
      expect(answer.status).toBe(status)
      expect(answer.headers.getSetCookie()).toEqual([])
      if (status === 307) expect(answer.headers.get('Location')).toBe('http://localhost:3000/login?next=%2Fcompleted')
      if (status === 421) expect((await answer.text()).includes(`known as ${at.config.baseUrl}`)).toBe(true)
    })
  }

  test('without one nothing is shown', async () => {
    expect((await local.browser().request('/login', { headers: { Host: '' } })).status).toBe(421)
  })

  test('a redirect to the proper name cannot be bent to another site', async () => {
    for (const path of ['//evil.example', '/\\evil.example', '/@evil.example', '/.evil.example']) {
      const answer = await local.browser().get(path, { Host: '127.0.0.1:3000' })
      expect(new URL(answer.headers.get('Location')!).origin).toBe('http://localhost:3000')
    }
  })

  test('what a stranger says about forwarding changes no address on any page', async () => {
    const lies = {
      'X-Forwarded-Host': 'evil.example',
      'X-Forwarded-Proto': 'https',
      'X-Forwarded-Server': 'evil.example',
      Forwarded: 'host=evil.example;proto=https',
      'X-Host': 'evil.example',
    }
    const answer = await local.browser().get('/completed', lies)
    expect(answer.headers.get('Location')).toBe('/login?next=%2Fcompleted')
    for (const path of ['/login', '/register', '/nowhere']) {
      const text = await (await local.browser().get(path, lies)).text()
      expect(text.includes('evil.example')).toBe(false)
    }
    const login = await local.browser().get('/login', lies)
    expect(login.headers.has('Strict-Transport-Security')).toBe(false)
  })

  test('the health check answers under every name', async () => {
    for (const host of ['evil.example', '127.0.0.1', 'localhost:3000']) {
      const answer = await local.browser().get('/up', { Host: host })
      expect([answer.status, await answer.text()]).toEqual([200, 'ok'])
    }
  })
})

describe('where a person is', () => {
  const proxies = ['10.0.0.0/8', '192.168.1.1', 'fd00::/8', 'unix']
  const cases: [peer: string, forwarded: string | null, trusted: string[], address: string][] = [
    ['203.0.113.9', null, proxies, '203.0.113.9'],
    ['203.0.113.9', '1.1.1.1', proxies, '203.0.113.9'],
    ['203.0.113.9', '1.1.1.1', [], '203.0.113.9'],
    ['10.1.2.3', null, proxies, '10.1.2.3'],
    ['10.1.2.3', '203.0.113.9', proxies, '203.0.113.9'],
    ['10.1.2.3', '203.0.113.9', [], '10.1.2.3'],
    ['::ffff:10.1.2.3', '203.0.113.9', proxies, '203.0.113.9'],
    ['::FFFF:203.0.113.9', '1.1.1.1', proxies, '203.0.113.9'],
    ['10.1.2.3', '6.6.6.6, 203.0.113.9', proxies, '203.0.113.9'],
    ['10.1.2.3', '6.6.6.6, 203.0.113.9, 10.9.9.9', proxies, '203.0.113.9'],
    ['10.1.2.3', '6.6.6.6,203.0.113.9,10.9.9.9,192.168.1.1', proxies, '203.0.113.9'],
    ['10.1.2.3', '203.0.113.9, 192.168.1.2', proxies, '192.168.1.2'],
    ['10.1.2.3', '10.4.4.4', proxies, '10.1.2.3'],
    ['10.1.2.3', '::ffff:203.0.113.9', proxies, '203.0.113.9'],
    ['10.1.2.3', '2001:db8::1', proxies, '2001:db8::1'],
    ['10.1.2.3', '2001:db8::1%eth0', proxies, '2001:db8::1'],
    ['fd00::5', '2001:db8::1', proxies, '2001:db8::1'],
    ['fe80::1%eth0', null, proxies, 'fe80::1'],
    ['', '203.0.113.9', proxies, '203.0.113.9'],
    ['', '203.0.113.9', ['10.0.0.0/8'], ''],
    ['10.1.2.3', '', proxies, '10.1.2.3'],
    ['10.1.2.3', 'unknown', proxies, '10.1.2.3'],
    ['10.1.2.3', '203.0.113.9, garbage', proxies, '10.1.2.3'],
    ['10.1.2.3', 'garbage, 203.0.113.9', proxies, '203.0.113.9'],
    ['10.1.2.3', ',,,', proxies, '10.1.2.3'],
    ['10.1.2.3', '<script>', proxies, '10.1.2.3'],
    ['10.1.2.3', "' or 1=1", proxies, '10.1.2.3'],
    ['10.1.2.3', '203.0.113.9:4711', proxies, '203.0.113.9'],
    ['10.1.2.3', '[2001:db8::1]:4711', proxies, '2001:db8::1'],
    ['10.1.2.3', '[2001:db8::1]', proxies, '2001:db8::1'],
    ['::ffff:0a01:0203', '203.0.113.9', proxies, '203.0.113.9'],
    ['10.1.2.3', '999.1.1.1', proxies, '10.1.2.3'],
    ['127.0.0.1', '203.0.113.9', readConfig({ TRUSTED_PROXIES: 'loopback' }).trustedProxies, '203.0.113.9'],
    ['::1', '203.0.113.9', readConfig({ TRUSTED_PROXIES: 'loopback' }).trustedProxies, '203.0.113.9'],
  ]
  for (const [peer, forwarded, trusted, address] of cases) {
    test(`${peer || 'a socket'} says ${forwarded} and is ${trusted.length ? 'maybe ' : 'not '}trusted: ${address}`, () => {
      expect(clientAddress(peer, forwarded, trustedProxies(trusted))).toBe(address)
    })
  }

  test('whatever is forwarded, the answer is an address or what the socket said', () => {
    const isTrusted = trustedProxies(proxies)
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(fc.ipV4()).map((all) => all.join(', ')),
          fc.ipV6(),
        ),
        (forwarded) => {
          const address = clientAddress('10.1.2.3', forwarded, isTrusted)
          expect(address === '10.1.2.3' || !isTrusted(address)).toBe(true)
        },
      ),
    )
  })

  test('the devices page shows the address that a trusted proxy told, and not what a stranger says', async () => {
    const behind = await world({ TRUSTED_PROXIES: '10.0.0.0/8' })
    await behind.person('ana')
    for (const [ip, seen] of [
      ['10.0.0.1', '203.0.113.77'],
      ['198.51.100.4', '198.51.100.4'],
    ] as const) {
      const tab = behind.browser({ ip })
      const headers = { 'X-Forwarded-For': '203.0.113.77', 'X-Real-IP': '1.2.3.4', Forwarded: 'for=1.2.3.4' }
      await tab.post('/login', { email: 'ana@example.com', password: PASSWORD }, { headers })
      const row = await behind.db.selectFrom('sessions').select('ip_first').orderBy('id', 'desc').executeTakeFirst()
      expect(row!.ip_first).toBe(seen)
    }
  })
})

describe('which networks an address counts for', () => {
  const cases: [ip: string, networks: string[]][] = [
    ['203.0.113.9', ['203.0.113.9']],
    ['2001:db8:1:2:3:4:5:6', ['2001:db8:1:2::/64', '2001:db8:1::/48']],
    ['2001:0DB8:0001:0002::1', ['2001:db8:1:2::/64', '2001:db8:1::/48']],
    ['2001:db8:1:2::', ['2001:db8:1:2::/64', '2001:db8:1::/48']],
    ['2001:db8::1', ['2001:db8:0:0::/64', '2001:db8:0::/48']],
    ['::1', ['0:0:0:0::/64', '0:0:0::/48']],
    ['::', ['0:0:0:0::/64', '0:0:0::/48']],
    ['fe80::', ['fe80:0:0:0::/64', 'fe80:0:0::/48']],
    ['64:ff9b::192.0.2.1', ['64:ff9b:0:0::/64', '64:ff9b:0::/48']],
    ['', ['']],
    ['nonsense', ['nonsense']],
  ]
  for (const [ip, networks] of cases) {
    test(ip || 'a socket', () => expect(networksOf(ip).map(({ network }) => network)).toEqual(networks))
  }

  test('every address of a /64 counts for the same two networks, however it is written', () => {
    const group = fc.nat(0xffff).map((n) => n.toString(16))
    fc.assert(
      fc.property(
        fc.tuple(group, group, group, group),
        fc.array(group, { minLength: 4, maxLength: 4 }),
        (net, host) => {
          const full = [...net, ...host].join(':')
          const padded = [...net, ...host].map((part) => part.padStart(4, '0').toUpperCase()).join(':')
          expect(networksOf(padded)).toEqual(networksOf(full))
          expect(networksOf(full)).toEqual(networksOf([...net, '1', '2', '3', '4'].join(':')))
          expect(networksOf(`${net.join(':')}::`)).toEqual(networksOf(full))
        },
      ),
    )
  })
})
