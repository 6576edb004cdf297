/** Why something was refused. Each door (web page, command line, API) translates the reason once. */
export type Reason =
  | 'unauthenticated'
  | 'forbidden'
  | 'not-found'
  | 'conflict'
  | 'invalid'
  | 'too-large'
  | 'too-many'
  | 'busy'

/** What may go with a refusal: the form field it stands beside, and how long to wait. */
export type RefusalDetails = { field?: string; retryAfterSeconds?: number }

/**
 * The one way to say no. `sentence` is shown to the person as it stands, so it names what happened
 * and what to do next. Anything else that is thrown is a bug and is treated as one.
 */
export class Refusal extends Error {
  readonly reason: Reason
  readonly sentence: string
  readonly details: RefusalDetails

  constructor(reason: Reason, sentence: string, details: RefusalDetails = {}) {
    super(sentence)
    this.name = 'Refusal'
    this.reason = reason
    this.sentence = sentence
    this.details = details
  }
}
