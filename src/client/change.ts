/** A change as its form says it. `from` is the page that its form may leave when the server leads elsewhere. */
export type Change = { kind: string; action: string; fields: [string, string][]; from?: string }

/** What was shown: by how much it changed the number of open tasks, and how to take it back. */
export type Effect = { delta: number; takeBack: () => void }

/** What stands in the field `name` of a change. */
export const field = (change: Change, name: string): string | undefined =>
  change.fields.find(([key]) => key === name)?.[1]

/** All that stands in the fields `name` of a change. */
export const fieldsOf = (change: Change, name: string): string[] =>
  change.fields.filter(([key]) => key === name).map(([, value]) => value)

/** The id of the task that a change is about, if it is about one. */
export const taskIn = (change: Change): string | undefined =>
  change.kind === 'add' ? field(change, 'id') : /^\/tasks\/([^/]+)\/\w+$/.exec(change.action)?.[1]
