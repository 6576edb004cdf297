import { ZxcvbnFactory } from '@zxcvbn-ts/core'
import { adjacencyGraphs, dictionary } from '@zxcvbn-ts/language-common'

/** How good a password is, from 0 to 4, and a word or two about it. */
export type Strength = { score: 0 | 1 | 2 | 3 | 4; words: string }

const estimator = new ZxcvbnFactory({ dictionary, graphs: adjacencyGraphs })

/**
 * Estimates how many guesses `password` would take, for somebody who knows `about` its person: their address, the name
 * of the site. An estimate only: whether it is taken is for the server to say.
 */
export function strengthOf(password: string, about: string[]): Strength {
  // What follows makes it no weaker, and an estimate of very long texts takes long.
  const { score, feedback } = estimator.check(password.slice(0, 100), about)
  const reason = REASONS[feedback.warning ?? '']
  return { score, words: reason && score < 3 ? `${WORDS[score]}: ${reason}` : WORDS[score] }
}

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
