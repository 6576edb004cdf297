import { generateKeyBetween } from 'fractional-indexing'

/**
 * A position between two others, either of which may be absent (the edge). Positions are short texts
 * that sort by code unit: moving a row writes that row alone. Refuses `before` >= `after` by throwing.
 */
export function positionBetween(before: string | undefined, after: string | undefined): string {
  return generateKeyBetween(before ?? null, after ?? null)
}
