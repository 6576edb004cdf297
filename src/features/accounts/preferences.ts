import { z } from 'zod'
import type { Time } from '#core/days.ts'
import { lines } from '#web/forms.ts'

/** How dates and numbers can be written. The words of the site are English. */
const tags = [
  'en-GB',
  'en-US',
  'en-AU',
  'en-CA',
  'en-IE',
  'en-IN',
  'en-ZA',
  'ar',
  'bg-BG',
  'bn-BD',
  'ca-ES',
  'cs-CZ',
  'da-DK',
  'de-AT',
  'de-CH',
  'de-DE',
  'el-GR',
  'es-ES',
  'es-MX',
  'et-EE',
  'fa-IR',
  'fi-FI',
  'fr-BE',
  'fr-CA',
  'fr-CH',
  'fr-FR',
  'he-IL',
  'hi-IN',
  'hr-HR',
  'hu-HU',
  'id-ID',
  'it-IT',
  'ja-JP',
  'ko-KR',
  'lt-LT',
  'lv-LV',
  'nb-NO',
  'nl-BE',
  'nl-NL',
  'pl-PL',
  'pt-BR',
  'pt-PT',
  'ro-RO',
  'ru-RU',
  'sk-SK',
  'sl-SI',
  'sr-RS',
  'sv-SE',
  'th-TH',
  'tr-TR',
  'uk-UA',
  'vi-VN',
  'zh-CN',
  'zh-TW',
]

/** The choices, each by its own name. */
export const locales = (): [tag: string, name: string][] => tags.map((tag) => [tag, nameOf(tag)])

/** What a person has who never chose. */
export const defaultLocale = 'en-GB'

/** The first language that a browser asks for (Accept-Language, RFC 9110, section 12.5.4) and that we have. */
export function localeFrom(header: string | undefined): string {
  const wanted = (header ?? '').split(',').map((part) => part.split(';')[0]!.trim().toLowerCase())
  for (const tag of wanted) {
    const known = tags.find((ours) => ours.toLowerCase() === tag || ours.toLowerCase().split('-')[0] === tag)
    if (known) return known
  }
  return defaultLocale
}

/** The time zones to choose from, by their places, with UTC. Those like Etc/GMT+5 are left out: they mean the opposite. */
export const zones = (): string[] => [
  'UTC',
  ...Intl.supportedValuesOf('timeZone').filter((zone) => zone.includes('/') && !zone.startsWith('Etc/')),
]

/** The zone that a browser says its clock is in, by the name that we list it under; else that of this machine. */
export function zoneFrom(said = ''): string {
  const zone = RENAMED[said] ?? said
  return zones().includes(zone) ? zone : Intl.DateTimeFormat().resolvedOptions().timeZone
}

// Chrome goes on using the names that these had before (https://www.iana.org/time-zones, the file "backward").
const RENAMED: Record<string, string> = {
  'Africa/Asmera': 'Africa/Asmara',
  'America/Buenos_Aires': 'America/Argentina/Buenos_Aires',
  'America/Catamarca': 'America/Argentina/Catamarca',
  'America/Coral_Harbour': 'America/Atikokan',
  'America/Cordoba': 'America/Argentina/Cordoba',
  'America/Godthab': 'America/Nuuk',
  'America/Indianapolis': 'America/Indiana/Indianapolis',
  'America/Jujuy': 'America/Argentina/Jujuy',
  'America/Louisville': 'America/Kentucky/Louisville',
  'America/Mendoza': 'America/Argentina/Mendoza',
  'Asia/Calcutta': 'Asia/Kolkata',
  'Asia/Katmandu': 'Asia/Kathmandu',
  'Asia/Rangoon': 'Asia/Yangon',
  'Asia/Saigon': 'Asia/Ho_Chi_Minh',
  'Atlantic/Faeroe': 'Atlantic/Faroe',
  'Europe/Kiev': 'Europe/Kyiv',
  'Pacific/Enderbury': 'Pacific/Kanton',
  'Pacific/Ponape': 'Pacific/Pohnpei',
  'Pacific/Truk': 'Pacific/Chuuk',
}

/** When a day may begin: at a full hour from midnight to eleven. */
export const dayStarts: Time[] = Array.from({ length: 12 }, (_, hour) => `${String(hour).padStart(2, '0')}:00`)

/**
 * The fields of the profile. Those after the theme may be missing, and stay as they are. `present` is the zone that the person has: it stays a choice when the runtime lists it no
 * more. Other spellings of a zone are refused; for each of them the server would have to remember a calendar.
 */
export const profileShape = (present: string) =>
  z.object({
    name: lines(100)
      .transform((name) => name.replace(/\s+/g, ' ').trim())
      .default(''),
    zone: z
      .string('Choose a time zone.')
      .refine((zone) => zone === present || zones().includes(zone), 'There is no such time zone.'),
    locale: z.string('Choose how dates are written.').refine((tag) => tags.includes(tag), 'Choose one from the list.'),
    week_start: z.enum(['monday', 'saturday', 'sunday'], 'Choose the day on which your week begins.'),
    theme: z.enum(['system', 'light', 'dark'], 'Choose how the pages look.'),
    start_page: z.enum(['inbox', 'today'], 'Choose the page to begin with.').optional(),
    day_starts: z.enum(dayStarts, 'Choose a full hour from midnight to eleven in the morning.').optional(),
    date_order: z.enum(['dmy', 'mdy', 'ymd'], 'Choose in which order you type dates.').optional(),
    single_keys: z
      .enum(['on', 'off'], 'Say whether single keys do something.')
      .transform((word) => (word === 'on' ? (1 as const) : (0 as const)))
      .optional(),
  })

function nameOf(tag: string): string {
  const name = new Intl.DisplayNames([tag], { type: 'language', languageDisplay: 'standard' }).of(tag) ?? tag
  return name.charAt(0).toLocaleUpperCase(tag) + name.slice(1)
}
