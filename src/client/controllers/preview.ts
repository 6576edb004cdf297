import { BACKGROUND } from '../refresh.ts'

const PAUSE_MS = 300

/**
 * Shows what the button Preview of a form would bring, a moment after the last key. The form names the part of the page
 * that changes: `data-preview="ID"`. What cannot be fetched, or is outrun by another key, changes nothing.
 */
export function startPreview(): void {
  document.addEventListener('input', (event) => {
    const form = (event.target as Element).closest<HTMLFormElement>('form[data-preview]')
    if (!form) return
    clearTimeout(timer)
    timer = setTimeout(() => void preview(form), PAUSE_MS)
  })
}

let timer: ReturnType<typeof setTimeout> | undefined
let latest = ''

async function preview(form: HTMLFormElement): Promise<void> {
  const id = form.dataset.preview ?? ''
  const typed = [...new FormData(form)].filter((pair): pair is [string, string] => typeof pair[1] === 'string')
  const address = `${location.pathname}?${new URLSearchParams(typed)}`
  latest = address
  const response = await fetch(address, { headers: { ...BACKGROUND, Accept: 'text/html' } }).catch(() => undefined)
  const page = response?.ok && !response.redirected ? await response.text().catch(() => undefined) : undefined
  if (page === undefined || latest !== address) return
  const fresh = new DOMParser().parseFromString(page, 'text/html').getElementById(id)
  document.getElementById(id)?.replaceChildren(...(fresh?.childNodes ?? []))
}
