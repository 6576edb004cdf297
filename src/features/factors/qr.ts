import { encode } from 'uqr'
import { type Html, html } from '#web/html.ts'

/** `text` as a QR code, with the empty edge that readers need (ISO/IEC 18004: four modules). `name` is for those who do not see it. */
export function qrCode(text: string, name: string): Html {
  const { data, size } = encode(text, { ecc: 'M', border: 4 })
  return html`<svg class="qr" viewBox="0 0 ${size} ${size}" role="img" aria-label="${name}"><path d="${data.map(rowPath).join('')}"/></svg>`
}

/** The dark modules of a row: a bar for each run of them. */
function rowPath(row: boolean[], y: number): string {
  const bars = row.flatMap((dark, x) => {
    if (!dark || row[x - 1]) return []
    const end = row.indexOf(false, x)
    return [`M${x} ${y}h${end - x}v1h${x - end}z`]
  })
  return bars.join('')
}
