import { ZxcvbnFactory } from '@zxcvbn-ts/core'
import { adjacencyGraphs, dictionary } from '@zxcvbn-ts/language-common'

const estimator = new ZxcvbnFactory({ dictionary, graphs: adjacencyGraphs })

/**
 * Says beside the label of `input` how good the password in it is, for somebody who knows its person: their address, the
 * name of the site. An estimate only: whether it is taken is for the server to say.
 */
export function say(input: HTMLInputElement): void {
  const field = input.closest<HTMLElement>('.field')
  if (!field) return
  const { score, words } = strengthOf(input.value, aboutPerson(input.form))
  const line = field.querySelector('.strength') ?? field.appendChild(newLine())
  const isTyped = input.value !== ''
  line.textContent = isTyped ? words : ''
  line.className = `strength ${isTyped ? LOOKS[score] : ''}`
}

function strengthOf(password: string, about: string[]) {
  // What follows makes it no weaker, and an estimate of very long texts takes long.
  const { score, feedback } = estimator.check(password.slice(0, 100), about)
  const reason = REASONS[feedback.warning ?? '']
  return { score, words: reason && score < 3 ? `${WORDS[score]}: ${reason}` : WORDS[score] }
}

const LOOKS = ['weak', 'weak', 'fair', 'good', 'good'] as const

const WORDS = ['Very weak', 'Weak', 'Fair', 'Good', 'Strong'] as const

/** The warnings of the estimator that say something to whoever types. */
const REASONS: Record<string, string> = {
  straightRow: 'keys in a row',
  keyPattern: 'keys in a row',
  simpleRepeat: 'one sign repeated',
  extendedRepeat: 'the same again',
  sequences: 'signs in order',
  recentYears: 'a year',
  dates: 'a date',
  topTen: 'many have it',
  topHundred: 'many have it',
  common: 'many have it',
  similarToCommon: 'many have one like it',
  wordByItself: 'one word',
  userInputs: 'it is about you',
}

function newLine(): HTMLElement {
  const line = document.createElement('p')
  line.className = 'strength'
  line.setAttribute('role', 'status')
  return line
}

function aboutPerson(form: HTMLFormElement | null): string[] {
  const address = form?.querySelector<HTMLInputElement>('input[autocomplete="username"]')?.value ?? ''
  const parts = [...address.split('@'), ...address.split(/[@.]/)]
  return ['get it done', location.hostname, address, ...parts].filter((word) => word !== '')
}
