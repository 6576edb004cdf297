type Reader = typeof import('./controllers/quick-add.ts')

/** What reads quick add, if it is there. */
export const reader = (): Reader | undefined => there

/** Loads what reads quick add. What could not be loaded is tried again. */
export function loadReader(): Promise<Reader | undefined> {
  loading ??= import('./controllers/quick-add.ts').then(
    (loaded) => {
      if (!there) loaded.startQuickAdd()
      there = loaded
      return loaded
    },
    () => {
      loading = undefined
      return undefined
    },
  )
  return loading
}

/** Loads it with the first letter that somebody types into a field for a new task. */
export function startReading(): void {
  addEventListener('input', ({ target }) => {
    if ((target as Element).matches?.('.add [name="task"]')) void loadReader()
  })
}

let loading: Promise<Reader | undefined> | undefined
let there: Reader | undefined
