import { z } from 'zod'
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

/** All time zones that the runtime knows, with UTC. */
export const zones = (): string[] => ['UTC', ...Intl.supportedValuesOf('timeZone').filter((zone) => zone !== 'UTC')]

/**
 * The fields of the profile. `present` is the zone that the person has: it stays a choice when the runtime lists it no
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
  })

function nameOf(tag: string): string {
  const name = new Intl.DisplayNames([tag], { type: 'language', languageDisplay: 'standard' }).of(tag) ?? tag
  return name.charAt(0).toLocaleUpperCase(tag) + name.slice(1)
}
