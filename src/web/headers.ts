import type { Config } from '#config.ts'

/** How the policy says where forms may lead; `formsMayLeadTo` adds to it. */
const FORMS = "form-action 'self'"

/** The policy of a page with forms that lead to `origins` in the end. */
export const formsMayLeadTo = (policy: string, origins: string[]): string =>
  policy.replace(FORMS, [FORMS, ...new Set(origins)].join(' '))

/**
 * The headers that go with every answer (OWASP Secure Headers Project). Nothing
 * runs or loads that does not come from here, nobody may frame us, and no other site learns our addresses.
 */
export function securityHeaders(config: Config, styleHashes: string[]): [string, string][] {
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' ${styleHashes.join(' ')}`.trim(),
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "worker-src 'self'",
    FORMS,
    "base-uri 'none'",
    "object-src 'none'",
    "frame-ancestors 'none'",
  ]
  const headers: [string, string][] = [
    ['Content-Security-Policy', policy.join('; ')],
    ['X-Content-Type-Options', 'nosniff'],
    ['X-Frame-Options', 'DENY'],
    ['Referrer-Policy', 'same-origin'],
    ['Cross-Origin-Opener-Policy', 'same-origin'],
    ['Cross-Origin-Resource-Policy', 'same-origin'],
    [
      'Permissions-Policy',
      [...CLOSED.map((feature) => `${feature}=()`), ...OUR_OWN.map((feature) => `${feature}=(self)`)].join(', '),
    ],
  ]
  if (config.hsts) headers.push(['Strict-Transport-Security', 'max-age=63072000'])
  return headers
}

const CLOSED = [
  'accelerometer',
  'camera',
  'display-capture',
  'geolocation',
  'gyroscope',
  'magnetometer',
  'microphone',
  'midi',
  'payment',
  'usb',
]

// Passkeys, for our own pages alone.
const OUR_OWN = ['publickey-credentials-create', 'publickey-credentials-get']
