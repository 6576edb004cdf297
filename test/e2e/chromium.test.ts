import { afterAll, expect, test } from 'bun:test'
import { axe, validateHtml } from '#test/e2e/checks.ts'
import { withPage } from '#test/e2e/chromium.ts'

// These say that the browser journeys are built on can be trusted: that it shows text, and notices trouble.

const page = (body: string) =>
  `<!doctype html><html lang="en"><head><title>A page</title></head><body>${body}</body></html>`

const pages: Record<string, string> = {
  '/': page('<main><h1>Milk å שלום</h1></main>'),
  '/script': page('<main><h1>Milk</h1><script>document.title = "run"</script></main>'),
  '/broken': page('<main><h1>Milk</h1><script src="/broken.js"></script></main>'),
  '/picture': page('<main><h1>Milk</h1><img src="http://example.com/milk.png" alt=""></main>'),
  '/wrong': page('<main><h1>Milk</h1><button></button><p><p id=a></p><i id=a></i></main>'),
}

const server = Bun.serve({
  hostname: '127.0.0.1',
  port: 0,
  fetch(request) {
    const { pathname } = new URL(request.url)
    if (pathname === '/broken.js') return new Response('milk()', { headers: { 'content-type': 'text/javascript' } })
    const csp = "default-src 'none'; script-src 'self'; img-src *"
    return new Response(pages[pathname] ?? '', {
      headers: { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': csp },
    })
  },
})
afterAll(() => server.stop(true))

const options = { baseURL: server.url.href }

/** What `withPage` complained of after a visit. `expect().rejects` would hold the browser's answers up for seconds. */
const complaintOf = async (address: string, javaScript = true): Promise<string> => {
  const visit = withPage({ ...options, javaScript }, async (tab) => {
    await tab.goto(address)
  })
  return visit.then(
    () => '',
    (error: Error) => error.message,
  )
}

test('it shows text, in letters that have a width', async () => {
  for (const screen of ['desktop', 'phone'] as const) {
    await withPage({ ...options, screen }, async (tab) => {
      await tab.goto('/')
      expect(await tab.innerText('h1')).toBe('Milk å שלום')
      const width = await tab.evaluate(() => {
        const range = document.createRange()
        range.selectNodeContents(document.querySelector('h1')!)
        return range.getBoundingClientRect().width
      })
      expect(width).toBeGreaterThan(50)
    })
  }
})

test('a script that throws, a breach of the content policy and a request to elsewhere fail the visit', async () => {
  expect(await complaintOf('/')).toBe('')
  expect(await complaintOf('/broken')).toContain('milk is not defined')
  expect(await complaintOf('/script')).toContain('Content Security Policy')
  expect(await complaintOf('/picture')).toContain('A request left the machine: http://example.com/milk.png')
  expect(await complaintOf('/broken', false)).toBe('')
})

test('axe and html-validate find what is wrong, under our content policy too', async () => {
  await withPage(options, async (tab) => {
    await tab.goto('/')
    expect(await axe(tab)).toEqual([])
    await tab.goto('/wrong')
    expect((await axe(tab)).join('\n')).toContain('button-name')
  })
  expect(await validateHtml(pages['/'] as string)).toEqual([])
  expect((await validateHtml(pages['/wrong'] as string)).join('\n')).toContain('no-dup-id')
})
