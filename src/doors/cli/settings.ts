import { Refusal } from '#core/refusal.ts'
import { chosenForSite } from '#db/instance.ts'
import { changeSettings, LONGEST_TITLE } from '#features/admin/settings.ts'
import { seenLine } from '#web/forms.ts'
import { silentLog } from '#web/log.ts'
import { siteSettings } from '#web/site.ts'
import type { Call } from './commands.ts'
import { fromHere } from './people.ts'
import { withDatabase } from './users.ts'

/** `settings`: what holds for the whole site. */
export const showSettings = (call: Call): Promise<number> =>
  withDatabase(call, async (db, config) => {
    const { title, registration, twoSteps } = await siteSettings(db, config)
    const chosen = await chosenForSite(db)
    console.log(`title         ${title}`)
    console.log(`registration  ${registration}${chosen.registration === null ? ', as REGISTRATION says' : ''}`)
    console.log(`two-steps     ${twoSteps}${chosen.two_steps === null ? ', as MFA_REQUIRED says' : ''}`)
  })

/** `registration`: who may register from now on. */
export const chooseRegistration = (call: Call): Promise<number> =>
  withDatabase(call, async (db, config) => {
    const mode = MODES.find((one) => one === call.argument)
    if (mode === undefined) throw new Refusal('invalid', `Say one of these: ${MODES.join(', ')}.`)
    await changeSettings(
      { db, log: silentLog },
      { registration: mode === 'default' ? null : mode },
      undefined,
      fromHere(),
    )
    console.log(`Registration is ${(await siteSettings(db, config)).registration} now.`)
  })

const MODES = ['open', 'invite', 'closed', 'default'] as const

/** `two-steps`: who has to log in in two steps from now on. */
export const chooseTwoSteps = (call: Call): Promise<number> =>
  withDatabase(call, async (db, config) => {
    const who = WHO.find((one) => one === call.argument)
    if (who === undefined) throw new Refusal('invalid', `Say one of these: ${WHO.join(', ')}.`)
    await changeSettings({ db, log: silentLog }, { two_steps: who === 'default' ? null : who }, undefined, fromHere())
    console.log(`Two steps are asked of ${(await siteSettings(db, config)).twoSteps} now.`)
  })

const WHO = ['nobody', 'admins', 'everybody', 'default'] as const

/** `title`: how the site is called from now on. */
export const chooseTitle = (call: Call): Promise<number> =>
  withDatabase(call, async (db) => {
    const read = seenLine(LONGEST_TITLE, 'Type a title.').safeParse(call.argument)
    if (!read.success) throw new Refusal('invalid', read.error.issues[0]!.message)
    await changeSettings({ db, log: silentLog }, { title: read.data }, undefined, fromHere())
    console.log(`This site is called ${read.data} now.`)
  })
