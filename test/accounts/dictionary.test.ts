import { describe, expect, test } from 'bun:test'
import { z } from 'zod'
import { MOST_BYTES, rules } from '#features/accounts/remembered.ts'
import { OpenSession } from '#features/accounts/session.ts'
import { Sessions } from '#features/accounts/sessions.ts'
import { countIn } from '#test/tables.ts'
import { PASSWORD, world } from '#test/world.ts'
import { SessionEnded } from '#web/env.ts'

// What the app remembers today is one flag. The dictionary has to hold more than that, so here it knows more keys.
type More = { note: string; list: string[]; showCompleted: boolean; short: string }
const more = rules as unknown as Record<keyof More, { shape: z.ZodType; standard: unknown; scope: 'user' | 'login' }>
more.note = { shape: z.string(), standard: '', scope: 'user' }
more.list = { shape: z.array(z.string()), standard: ['first'], scope: 'user' }
more.short = { shape: z.string(), standard: 'none', scope: 'login' }

type Dictionary = {
  get<K extends keyof More>(key: K): Promise<More[K]>
  set<K extends keyof More>(key: K, value: More[K]): void
  delete(key: keyof More): void
  save(): Promise<void>
}

const w = await world()
const sessions = new Sessions(w)

/** The dictionary of one request with this cookie. */
async function requestOf(token: string | undefined): Promise<Dictionary> {
  const found = await sessions.find(`sid=${token}`, { ip: '127.0.0.1', now: w.now(), isVisit: true })
  return found!.session as unknown as Dictionary
}

describe('what a session remembers', () => {
  test('is there in the next request, and in no other session', async () => {
    const [ana, other] = [await w.loggedIn('ana'), await w.loggedIn('ana')]
    const first = await requestOf(ana.token)
    expect(await first.get('note')).toBe('')
    first.set('note', 'hello')
    expect(await first.get('note')).toBe('hello')
    await first.save()
    expect(await (await requestOf(ana.token)).get('note')).toBe('hello')
    expect(await (await requestOf(other.token)).get('note')).toBe('')
  })

  test('two requests that change different keys both win', async () => {
    const ana = await w.loggedIn('ana')
    const [one, two] = [await requestOf(ana.token), await requestOf(ana.token)]
    await Promise.all([one.get('note'), two.get('note')])
    one.set('note', 'one')
    two.set('showCompleted', true)
    await Promise.all([one.save(), two.save()])
    const after = await requestOf(ana.token)
    expect([await after.get('note'), await after.get('showCompleted')]).toEqual(['one', true])
  })

  test('of two that change one key the later wins', async () => {
    const ana = await w.loggedIn('ana')
    const [one, two] = [await requestOf(ana.token), await requestOf(ana.token)]
    one.set('note', 'one')
    two.set('note', 'two')
    await one.save()
    await two.save()
    expect(await (await requestOf(ana.token)).get('note')).toBe('two')
  })

  test('what is changed in place is noticed', async () => {
    const ana = await w.loggedIn('ana')
    const first = await requestOf(ana.token)
    ;(await first.get('list')).push('second')
    await first.save()
    expect(await (await requestOf(ana.token)).get('list')).toEqual(['first', 'second'])
    expect(more.list.standard).toEqual(['first'])
  })

  test('what was only read, or set to what it was, is not written', async () => {
    const ana = await w.loggedIn('ana')
    const first = await requestOf(ana.token)
    await first.get('note')
    await first.get('list')
    await first.save()
    expect(await countIn(w.db, 'session_values')).toBe(await countIn(w.db, 'session_values'))
    const rows = w.db
      .selectFrom('session_values')
      .selectAll()
      .where('session_id', '=', (first as unknown as OpenSession).id)
    expect(await rows.execute()).toEqual([])
    first.set('note', 'x')
    await first.save()
    await w.db.updateTable('session_values').set({ value: '"y"' }).where('key', '=', 'note').execute()
    const second = await requestOf(ana.token)
    second.set('note', 'y')
    await second.save()
    expect((await rows.execute()).map((row) => row.value)).toEqual(['"y"'])
  })

  test('what is deleted is as it was at the beginning, at once and later', async () => {
    const ana = await w.loggedIn('ana')
    const first = await requestOf(ana.token)
    first.set('list', ['a'])
    await first.save()
    const second = await requestOf(ana.token)
    second.delete('list')
    expect(await second.get('list')).toEqual(['first'])
    await second.save()
    expect(await (await requestOf(ana.token)).get('list')).toEqual(['first'])
  })

  test('what does not fit any more, or was never registered, counts as not there', async () => {
    const ana = await w.loggedIn('ana')
    const { id } = (await requestOf(ana.token)) as unknown as OpenSession
    const values = ['{"a":1}', 'null', '"text"', '[1]']
    for (const value of values) {
      await w.db.deleteFrom('session_values').where('session_id', '=', id).execute()
      await w.db.insertInto('session_values').values({ session_id: id, key: 'list', value }).execute()
      expect(await (await requestOf(ana.token)).get('list')).toEqual(['first'])
    }
  })

  test('is at most 4 KB altogether', async () => {
    const ana = await w.loggedIn('ana')
    const first = await requestOf(ana.token)
    first.set('note', 'x'.repeat(MOST_BYTES - 6))
    await first.save()
    const second = await requestOf(ana.token)
    second.set('short', 'y')
    expect(second.save()).rejects.toThrow('at most 4096 bytes')
    expect(await (await requestOf(ana.token)).get('short')).toBe('none')
    const third = await requestOf(ana.token)
    third.set('note', '字'.repeat(1400))
    expect(third.save()).rejects.toThrow('at most 4096 bytes')
  })

  test('goes along when the same person logs in anew; what belongs to the login does not', async () => {
    const ana = await w.loggedIn('ana')
    const first = await requestOf(ana.token)
    first.set('showCompleted', true)
    first.set('short', 'lived')
    await first.save()
    await ana.post('/login', { email: 'ana@example.com', password: PASSWORD })
    const second = await requestOf(ana.token)
    expect([await second.get('showCompleted'), await second.get('short')]).toEqual([true, 'none'])
    await w.person('ben')
    await ana.post('/login', { email: 'ben@example.com', password: PASSWORD })
    expect(await (await requestOf(ana.token)).get('showCompleted')).toBe(false)
  })

  test('stays when the password is confirmed', async () => {
    const ana = await w.loggedIn('ana')
    const first = await requestOf(ana.token)
    first.set('note', 'stay')
    await first.save()
    await ana.post('/account/confirm', { password: PASSWORD })
    expect(await (await requestOf(ana.token)).get('note')).toBe('stay')
  })

  test('an ended session gets nothing any more, also not by an answer that is late', async () => {
    const ana = await w.loggedIn('ana')
    const late = await requestOf(ana.token)
    await late.get('note')
    late.set('note', 'too late')
    const before = await countIn(w.db, 'session_values')
    await ana.post('/logout')
    expect(late.save()).rejects.toBeInstanceOf(SessionEnded)
    expect(await countIn(w.db, 'session_values')).toBeLessThanOrEqual(before)
  })
})

describe('over HTTP', () => {
  const toggle = '/inbox/completed'

  test('a request whose session ends while it is at work is told to log in', async () => {
    const ana = await w.loggedIn('ana')
    const save = OpenSession.prototype.save
    OpenSession.prototype.save = async function () {
      await w.db.deleteFrom('sessions').where('id', '=', this.id).execute()
      return save.call(this)
    }
    const answer = await ana.post(toggle, { show: 'on' }, { from: '/completed' })
    OpenSession.prototype.save = save
    expect([answer.status, answer.headers.get('Location')]).toEqual([303, '/login?next=%2Fcompleted'])
  })

  test('nothing is kept when the answer is a failure of ours', async () => {
    const ana = await w.loggedIn('ana')
    const { set } = OpenSession.prototype
    OpenSession.prototype.set = function (this: OpenSession, ...given: Parameters<typeof set>) {
      set.apply(this, given)
      throw new Error('a bug just after')
    } as typeof set
    const answer = await ana.post(toggle, { show: 'on' })
    OpenSession.prototype.set = set
    expect(answer.status).toBe(500)
    expect(await (await requestOf(ana.token)).get('showCompleted')).toBe(false)
  })
})
