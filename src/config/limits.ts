import { limit } from './readers.ts'

/** How often something may be tried, or asked for. */
export const limitSettings = {
  LIMIT_LOGIN_PER_MINUTE: limit('Failed attempts to log in or register that one address has in a minute.', 10),
  LIMIT_LOGIN_PER_HOUR: limit('The same in an hour.', 60),
  LIMIT_LOGIN_ACCOUNTS: limit('Different accounts that one address may fail at in 15 minutes.', 20),
  LIMIT_ACCOUNT_FREE: limit(
    'Wrong passwords for one account, from devices it does not know, before each costs a wait.',
    5,
  ),
  LIMIT_DEVICE: limit('Wrong passwords for one account from a device it knows, in 15 minutes.', 10),
  LIMIT_CONFIRM: limit('Wrong passwords or codes in a session that is already logged in, in 15 minutes.', 5),
  LIMIT_SECOND_FACTOR: limit(
    'Wrong codes of an authenticator app, or recovery codes, for one account in 15 minutes.',
    10,
  ),
  LIMIT_PASSKEY_QUESTIONS: limit('Login pages that one address may prepare for passkeys in a minute.', 100),
  LIMIT_REGISTER_PER_HOUR: limit('Registrations from one address in an hour.', 20),
  LIMIT_REGISTER_ALL_PER_HOUR: limit('Registrations from everywhere in an hour.', 100),
  LIMIT_EXPORT_PER_HOUR: limit('How often a person may download all that is theirs in an hour.', 10),
  LIMIT_MAIL_PER_ADDRESS: limit('Mails with a link that one e-mail address is sent in an hour.', 3),
  LIMIT_MAIL_PER_HOUR: limit('Mails with a link that may be asked for from one address in an hour.', 10),
  LIMIT_MAIL_ALL_PER_HOUR: limit('The same from everywhere in an hour.', 100),
}

/** The numbers of these settings. */
export type Limits = ReturnType<typeof limitsOf>

/** The same numbers by the names under which the program knows them. */
export const limitsOf = (values: Record<keyof typeof limitSettings, number>) => ({
  loginPerMinute: values.LIMIT_LOGIN_PER_MINUTE,
  loginPerHour: values.LIMIT_LOGIN_PER_HOUR,
  loginAccounts: values.LIMIT_LOGIN_ACCOUNTS,
  accountFree: values.LIMIT_ACCOUNT_FREE,
  device: values.LIMIT_DEVICE,
  confirm: values.LIMIT_CONFIRM,
  secondFactor: values.LIMIT_SECOND_FACTOR,
  passkeyQuestions: values.LIMIT_PASSKEY_QUESTIONS,
  registerPerHour: values.LIMIT_REGISTER_PER_HOUR,
  registerAllPerHour: values.LIMIT_REGISTER_ALL_PER_HOUR,
  exportPerHour: values.LIMIT_EXPORT_PER_HOUR,
  mailPerAddress: values.LIMIT_MAIL_PER_ADDRESS,
  mailPerHour: values.LIMIT_MAIL_PER_HOUR,
  mailAllPerHour: values.LIMIT_MAIL_ALL_PER_HOUR,
})
