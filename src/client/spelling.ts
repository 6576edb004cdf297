/** What of a key event the map asks for. */
export type Pressed = Pick<KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'> & {
  getModifierState?(name: string): boolean
}

/** How a key is spelled in the keyboard map: `Shift+j`, `?`, `Mod+k`. */
export function spellingOf(event: Pressed, isMac: boolean): string {
  const isAltGr = event.getModifierState?.('AltGraph')
  const isMod = isMac ? event.metaKey : event.ctrlKey
  const isOtherMod = isMac ? event.ctrlKey : event.metaKey
  const key = plainKey(event)
  const isSign = key.length === 1 && !/[a-z]/.test(key)
  const modifiers = [
    (isMod || isOtherMod) && !isAltGr && (isMod ? 'Mod' : 'Other'),
    // A sign may need Shift, or Alt on a Mac, to be typed at all.
    event.altKey && !isAltGr && !isSign && 'Alt',
    event.shiftKey && !isSign && 'Shift',
  ]
  return [...modifiers.filter(Boolean), key].join('+')
}

/** The letter or sign of a key; on a keyboard with other letters, that of its place. */
function plainKey({ key, code }: Pressed): string {
  const isForeign = key.length === 1 && key > '~'
  return isForeign && /^Key[A-Z]$/.test(code) ? code.slice(3).toLowerCase() : key.length === 1 ? key.toLowerCase() : key
}
