import { generateKeyBetween, generateNKeysBetween } from 'fractional-indexing'

/**
 * A position between two others, either of which may be absent (the edge). Positions are short texts
 * that sort by code unit: moving a row writes that row alone. Refuses `before` >= `after` by throwing.
 */
export function positionBetween(before: string | undefined, after: string | undefined): string {
  return generateKeyBetween(before ?? null, after ?? null)
}

/** `count` positions between two others, evenly spread, in order. Refuses `before` >= `after` by throwing. */
export function positionsBetween(before: string | undefined, after: string | undefined, count: number): string[] {
  return generateNKeysBetween(before ?? null, after ?? null, count)
}
