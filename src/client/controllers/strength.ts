/** The address of strength/strength.ts: it brings a large dictionary, so it is a bundle by itself. */
declare const STRENGTH: string

/**
 * Says how good a new password is while it is typed. What does so is loaded with the first letter; while it is not
 * there, and where it cannot be loaded, nothing is said.
 */
export function startStrength(): void {
  addEventListener('input', ({ target }) => {
    const { autocomplete, name } = target as HTMLInputElement
    if (autocomplete === 'new-password' && name === 'password')
      import(STRENGTH).then(
        ({ say }) => say(target),
        () => {},
      )
  })
}
