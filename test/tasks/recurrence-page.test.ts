import { describe, expect, test } from 'bun:test'
import { parseRecurrence } from '#core/recurrence.ts'
import type { Fields } from '#test/browser.ts'
import { world } from '#test/world.ts'
import { add, problems, toasts } from './asking.ts'
import { stored } from './household.ts'

// It is noon on 1 May 2026, a Friday.
const site = await world()
const { db } = site
const ana = await site.loggedIn('ana')
const eve = await site.loggedIn('eve')

async function plants(): Promise<string> {
  const [id = ''] = await add(ana, 'Water the plants')
  return id
}

const FORM = {
  recurrence: 'every fri',
  mode: 'schedule',
  'was-mode': 'schedule',
  until: '',
  count: '',
  missed: 'skip',
}

const days = (html: string): string[] =>
  [...html.matchAll(/<li><time datetime="([\d-]+)"/g)].map(([, day]) => day ?? '')
const save = (id: string, fields: Fields) =>
  ana.post(`/tasks/${id}/recurrence`, { ...FORM, ...fields }, { from: `/tasks/${id}/recurrence` })
const look = async (id: string, fields?: Record<string, string>): Promise<string> => {
  const query = fields ? `?${new URLSearchParams({ ...FORM, ...fields })}` : ''
  return (await ana.get(`/tasks/${id}/recurrence${query}`)).text()
}
const ruleOf = async (id: string) => parseRecurrence((await stored(db, id)).recurrence ?? '')

describe('the page on which a task learns to repeat', () => {
  test('shows the next five dates of what is typed, and changes nothing', async () => {
    const id = await plants()
    const before = await stored(db, id)
    expect(days(await look(id))).toEqual([])
    expect(days(await look(id, { recurrence: 'every 3rd friday' }))).toEqual([
      '2026-05-15',
      '2026-06-19',
      '2026-07-17',
      '2026-08-21',
      '2026-09-18',
    ])
    expect(days(await look(id, { count: '2' }))).toEqual(['2026-05-01', '2026-05-08'])
    expect(days(await look(id, { until: '10 may' }))).toEqual(['2026-05-01', '2026-05-08'])
    expect(await stored(db, id)).toEqual(before)
  })

  test('says beside the field what cannot be, and keeps what was typed', async () => {
    const id = await plants()
    const html = await look(id, { recurrence: '<b>sometimes</b>', until: 'whenever' })
    expect(problems(html)[0]).toStartWith('This is not a day.')
    expect(html).toContain('value="&lt;b&gt;sometimes&lt;/b&gt;"')
    expect(problems(await look(id, { recurrence: 'sometimes' }))[0]).toStartWith('These words do not say how often.')
    for (const count of ['many', '0', '1000000000', '-1']) {
      const answer = await save(id, { count })
      expect([count, answer.status, problems(await answer.text()).length]).toEqual([count, 422, 1])
    }
    const both = await save(id, { count: '2', until: '2027-01-01' })
    expect(problems(await both.text())).toEqual(['A task repeats either a number of times or until a day, not both.'])
    expect(await ruleOf(id)).toBeUndefined()
  })

  test('saves all that a rule can say, and shows it again', async () => {
    const id = await plants()
    const answer = await save(id, { mode: 'completion', missed: 'each', keeps_subtasks: 'on', until: '31 dec 2026' })
    expect(answer.headers.get('Location')).toBe(`/tasks/${id}`)
    expect(await ruleOf(id)).toEqual({
      rule: { freq: 'weekly', interval: 1, byday: [{ day: 'fr' }], until: '2026-12-31' },
      anchor: '2026-05-01',
      mode: 'completion',
      missed: 'each',
      keepsSubtasks: true,
    })
    const html = await look(id)
    expect(toasts(html)).toContain('Saved “Water the plants”')
    expect(html).toContain('value="every! fri"')
    expect(html).toContain('value="2026-12-31"')
    expect(html).toMatch(/name="keeps_subtasks" value="on" checked/)
    expect(html).toMatch(/value="completion" selected/)
    expect(html).toMatch(/value="each" selected/)
    expect(days(html)).toHaveLength(5)
  })

  test('what was chosen just now counts, else the words do', async () => {
    const id = await plants()
    await save(id, { recurrence: 'every! 2 days' })
    expect((await ruleOf(id))?.mode).toBe('completion')
    await save(id, { recurrence: 'every! 2 days', mode: 'schedule', 'was-mode': 'completion' })
    expect((await ruleOf(id))?.mode).toBe('schedule')
  })

  test('an end can be taken away again', async () => {
    const id = await plants()
    await save(id, { count: '4' })
    expect((await ruleOf(id))?.rule.count).toBe(4)
    await save(id, {})
    expect((await ruleOf(id))?.rule.count).toBeUndefined()
  })

  test('with nothing in it the task does not repeat any more', async () => {
    const id = await plants()
    await save(id, {})
    expect(await look(id)).toContain(`action="/tasks/${id}/skip"`)
    await save(id, { recurrence: '' })
    expect(await ruleOf(id)).toBeUndefined()
    expect(await look(id)).not.toContain(`action="/tasks/${id}/skip"`)
  })

  test('leads nowhere for a stranger', async () => {
    const id = await plants()
    expect((await eve.get(`/tasks/${id}/recurrence`)).status).toBe(404)
    expect((await eve.post(`/tasks/${id}/recurrence`, FORM, { from: '/' })).status).toBe(404)
    expect((await eve.get(`/tasks/${id}/recurrence?recurrence=every+day`)).status).toBe(404)
    expect(await ruleOf(id)).toBeUndefined()
  })

  test('stands beside the task', async () => {
    const id = await plants()
    expect(await (await ana.get(`/tasks/${id}`)).text()).toContain(`href="/tasks/${id}/recurrence"`)
  })
})
