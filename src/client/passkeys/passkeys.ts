import {
  browserSupportsWebAuthnAutofill,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  sendSignal,
  startAuthentication,
  startRegistration,
} from '@simplewebauthn/browser'

type Question = PublicKeyCredentialCreationOptionsJSON | PublicKeyCredentialRequestOptionsJSON

/** Less than the server waits for an answer (QUESTION_LIFE). */
const FRESH_MS = 8 * 60_000

/** Forms that are offered, each with the question that waits in the fields of its page. */
const offered = new WeakMap<HTMLFormElement, object>()

// Turbo brings pages one after another into the same document.
document.addEventListener('turbo:render', offerPasskeys)
offerPasskeys()

/** Shows the forms that a passkey answers, and tells the device which passkeys still count. */
function offerPasskeys(): void {
  for (const form of document.querySelectorAll<HTMLFormElement>('form[data-passkey]')) offer(form)
  for (const sentence of document.querySelectorAll<HTMLElement>('[data-without-passkeys]')) sentence.hidden = true
  tellWhichCount()
  tellUnknown()
}

function offer(form: HTMLFormElement): void {
  if (offered.has(form)) return
  offered.set(form, {})
  form.hidden = false
  form.addEventListener('submit', (event) => {
    if (fieldOf(form, 'passkey')?.value) return
    event.preventDefault()
    void ask(form)
  })
  void waitInFields(form)
}

/** Asks the person for a passkey, or to make one, and sends what it signed. */
async function ask(form: HTMLFormElement): Promise<void> {
  say(form)
  try {
    const question = await questionOf(form)
    if (question) send(form, await answerTo(question))
  } catch (error) {
    say(form, inWords(error as Error))
    void waitInFields(form)
  }
}

const answerTo = (question: Question) =>
  'user' in question ? startRegistration({ optionsJSON: question }) : startAuthentication({ optionsJSON: question })

/** Has the browser offer passkeys in the field for the address, for as long as the page stands. */
async function waitInFields(form: HTMLFormElement): Promise<void> {
  if (form.dataset.autofill === undefined || !(await browserSupportsWebAuthnAutofill())) return
  try {
    const question = await questionOf(form)
    if (!question) return
    void renewWhenOld(form)
    const optionsJSON = question as PublicKeyCredentialRequestOptionsJSON
    send(form, await startAuthentication({ optionsJSON, useBrowserAutofill: true }))
  } catch {
    // The button was pressed, or there is no network: the other ways stay.
  }
}

/** The server forgets a question after a while. Nobody is asked anew behind a page that nobody looks at. */
async function renewWhenOld(form: HTMLFormElement): Promise<void> {
  const mine = {}
  offered.set(form, mine)
  await new Promise((over) => setTimeout(over, FRESH_MS))
  if (document.hidden) await new Promise((seen) => document.addEventListener('visibilitychange', seen, { once: true }))
  if (form.isConnected && offered.get(form) === mine) void waitInFields(form)
}

/** What the server wants signed. Undefined when it wants something else first, and the browser is on its way there. */
async function questionOf(form: HTMLFormElement): Promise<Question | undefined> {
  const response = await fetch(form.dataset.passkey!, { method: 'POST' })
  if (response.redirected) {
    location.assign(response.url)
    return undefined
  }
  if (!response.ok) throw new Error(String(response.status))
  return response.json()
}

function send(form: HTMLFormElement, answer: object): void {
  const passkey = fieldOf(form, 'passkey')
  if (!passkey || !form.isConnected) return
  const remember = fieldOf(form, 'remember')
  if (remember) remember.value = document.querySelector('[type=checkbox][name=remember]:checked') ? 'on' : ''
  passkey.value = JSON.stringify(answer)
  form.requestSubmit()
  // The page may come back from the browser's memory: then it asks anew.
  passkey.value = ''
}

const fieldOf = (form: HTMLFormElement, name: string) => form.querySelector<HTMLInputElement>(`input[name="${name}"]`)

/** Says beside the button what went wrong, or takes away what was said before. */
function say(form: HTMLFormElement, sentence?: string): void {
  form.querySelector('[data-said]')?.remove()
  if (sentence === undefined) return
  const line = Object.assign(document.createElement('p'), { className: 'problem', textContent: sentence })
  line.role = 'alert'
  line.dataset.said = ''
  form.querySelector('button:last-of-type')?.before(line)
}

/** Nobody can tell whether there was no passkey or the person changed their mind: browsers say neither. */
function inWords({ name }: Error): string {
  if (name === 'NotAllowedError' || name === 'AbortError')
    return 'No passkey was shown. Try again, or choose another way.'
  if (name === 'InvalidStateError') return 'This device has a passkey for your account already.'
  return 'That did not work. Load the page again, or choose another way.'
}

function tellWhichCount(): void {
  const mine = document.querySelector<HTMLElement>('[data-known]')
  if (!mine) return
  const { site: rpID = '', user: userID = '', known = '' } = mine.dataset
  const allAcceptedCredentialIDs = known.split(' ').filter(Boolean)
  tell({ signalName: 'allAcceptedCredentials', rpID, userID, allAcceptedCredentialIDs })
}

function tellUnknown(): void {
  const unknown = document.querySelector<HTMLElement>('[data-unknown]')
  if (!unknown) return
  const { site: rpID = '', unknown: credentialID = '' } = unknown.dataset
  tell({ signalName: 'unknownCredential', rpID, credentialID })
}

/** Not every browser can be told (Signal API, WebAuthn Level 3, section 5.1.10). */
function tell(signal: Parameters<typeof sendSignal>[0]): void {
  void sendSignal(signal).catch(() => undefined)
}
