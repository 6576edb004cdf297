import { z } from 'zod'
import { readRecoveryCode } from '#crypto/recovery-codes.ts'
import type { Factor } from '#features/accounts/session-rows.ts'
import { passkeyShown } from '#features/passkeys/fields.ts'
import { hasPasskeyHere, questionFor } from '#features/passkeys/questions.ts'
import { withPasskeyProblem } from '#features/passkeys/refusals.ts'
import { dropCookie, readCookie } from '#web/cookies.ts'
import { type Any, visitorOf } from '#web/env.ts'
import { emptyForm, type Problems, submit, text } from '#web/forms.ts'
import { showCard } from '#web/page.ts'
import { Routes } from '#web/routes.ts'
import { codeTyped } from './fields.ts'
import { recoveryPage, secondPage } from './pages.ts'
import { answerSecond, type Waiting, waitingHere } from './second.ts'

/** The second step of a login. Whoever comes here without the first is sent to it. */
export const second = new Routes()

second.get('/login/second', 'public', (c) => whileWaiting(c, (waiting) => showSecond(c, waiting, {})))

second.post('/login/second', 'public', (c) =>
  whileWaiting(c, (waiting) =>
    submit(c, z.object({ code: codeTyped }), {
      done: ({ code }) => finish(c, waiting, 'otp', code),
      again: (_, problems) => showSecond(c, waiting, problems),
    }),
  ),
)

second.post('/login/second/question', 'public', (c) =>
  whileWaiting(c, async ({ user }) => c.json(await questionFor(c, 'passkey-second', user))),
)

second.post('/login/second/passkey', 'public', (c) =>
  whileWaiting(c, (waiting) =>
    submit(c, z.object({ passkey: passkeyShown }), {
      done: ({ passkey }) => finish(c, waiting, 'pk', passkey),
      again: (_, problems) => showSecond(c, waiting, withPasskeyProblem(problems)),
    }),
  ),
)

second.get('/login/recovery', 'public', (c) => whileWaiting(c, () => showCard(c, recoveryPage(emptyForm(), {}))))

second.post('/login/recovery', 'public', (c) =>
  whileWaiting(c, (waiting) =>
    submit(c, z.object({ code: recoveryTyped }), {
      done: ({ code }) => finish(c, waiting, 'rc', code),
      again: (form, problems) => showCard(c, recoveryPage(form, problems)),
    }),
  ),
)

const NO_RECOVERY_CODE = 'A recovery code has 24 letters and digits, in groups of four.'

const recoveryTyped = text(NO_RECOVERY_CODE).refine((typed) => readRecoveryCode(typed) !== undefined, NO_RECOVERY_CODE)

async function showSecond(c: Any, { user }: Waiting, problems: Problems): Promise<Response> {
  return showCard(c, secondPage(problems, await hasPasskeyHere(c, user)))
}

type Answer = Response | Promise<Response>

async function whileWaiting(c: Any, work: (waiting: Waiting) => Answer): Promise<Response> {
  const waiting = await waitingHere(c)
  if (waiting) return work(waiting)
  return visitorOf(c) ? c.redirect('/', 303) : beginAnew(c)
}

async function finish(c: Any, waiting: Waiting, factor: Factor, typed: string): Promise<Response> {
  const done = await answerSecond(c, waiting, factor, typed)
  if (!done) return beginAnew(c)
  // That a closed account stays is said beside how many codes are left.
  if (done.left === undefined || done.said === 'account.stays') c.var.flashes.add(done.said)
  if (done.left !== undefined) c.var.flashes.add('account.in-recovery', undefined, [String(done.left)])
  return c.redirect(c.var.safeNext(waiting.challenge.next), 303)
}

function beginAnew(c: Any): Response {
  const { cookies, config, flashes } = c.var
  if (hadChallenge(c)) {
    cookies.push(dropCookie('mfa', config))
    flashes.add('account.second-over')
  }
  return c.redirect('/login', 303)
}

const hadChallenge = (c: Any): boolean => readCookie(c.req.header('Cookie'), 'mfa', c.var.config) !== undefined
