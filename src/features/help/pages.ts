import { isSingleKey, KEYBOARD, type Shortcut, type ShortcutGroup } from '#core/keyboard.ts'
import { type Html, html, nothing } from '#web/html.ts'
import type { Page } from '#web/layout.ts'

/** The keyboard map. `isOn` is false for who has turned single keys off. */
export const keysPage = (isOn: boolean): Page => ({
  title: 'Keyboard',
  main: html`<h1>Keyboard</h1>
    <p class="lead">${isOn ? 'Keys work wherever you are not writing.' : 'You have turned single keys off; those with Ctrl or Cmd go on working.'}
      One switch in your <a href="/account">account</a> turns all single keys on or off.</p>
    ${KEYBOARD.map((group) => groupTable(group, isOn))}
    <p class="hint">The keys <kbd>j</kbd> and <kbd>k</kbd> put a frame around a task. While it has the frame, <kbd>Tab</kbd> makes it a part of the task above; <kbd>Esc</kbd> takes the frame away, and <kbd>Tab</kbd> leads from one link or button to the next, as always.</p>`,
})

const groupTable = ({ name, shortcuts }: ShortcutGroup, isOn: boolean): Html => html`<table class="keys">
  <caption>${name}</caption>
  <tbody>${shortcuts.map((shortcut) => line(shortcut, isOn))}</tbody>
</table>`

const line = ({ keys, words }: Shortcut, isOn: boolean): Html => html`<tr>
  <th scope="row">${words}</th>
  <td>${keys.map((key, i) => html`${i > 0 ? ' or ' : nothing}${isSingleKey(key) && !isOn ? html`<s>${spelled(key)}</s>` : spelled(key)}`)}</td>
</tr>`

/** Keys as people read them: `Mod+Shift+z` is "Ctrl + Shift + Z". */
const spelled = (keys: string): Html =>
  html`${keys.split(' ').map((one, i) => html`${i > 0 ? ' then ' : nothing}${one.split('+').map((key, j) => html`${j > 0 ? ' + ' : nothing}<kbd>${NAMES[key] ?? key}</kbd>`)}`)}`

const NAMES: Record<string, string> = { Mod: 'Ctrl', Escape: 'Esc', ArrowUp: '↑', ArrowDown: '↓' }
