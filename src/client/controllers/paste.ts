import { itemsOf, linesOf } from '#core/line.ts'
import { ask } from '../asking/ahead.ts'
import { newId } from '../ids.ts'
import { put } from '../outbox.ts'
import { addToast } from './toast.ts'

/** As many tasks as can be added at once. */
const MOST = 200

/** Several lines that are pasted into the field for a new task: one task, or one for each? */
export function startPaste(): void {
  document.addEventListener('paste', onPaste)
}

function onPaste(event: ClipboardEvent): void {
  const field = event.target
  if (!(field instanceof HTMLInputElement) || !field.matches('form.add input[name="task"]')) return
  const pasted = event.clipboardData?.getData('text/plain').replace(/\r\n?/g, '\n') ?? ''
  const text = field.value.slice(0, field.selectionStart ?? 0) + pasted + field.value.slice(field.selectionEnd ?? 0)
  const lines = linesOf(text)
  if (lines.length < 2) return
  event.preventDefault()
  if (lines.length > MOST) addToast(`These are ${lines.length} lines. Add at most ${MOST} at once.`, 'error')
  else void ask(async () => askHowMany(await import('../asking/choose.ts'), field, lines))
}

const askHowMany =
  ({ choose, matching }: typeof import('../asking/choose.ts'), field: HTMLInputElement, lines: string[]) =>
  (): void =>
    choose({
      label: `One task or ${lines.length}?`,
      choices: (text) =>
        matching(
          [
            {
              name: `Add ${lines.length} tasks`,
              about: itemsOf(lines.join('\n'))[0],
              pick: () => addEach(field, lines),
            },
            { name: 'Add one task', pick: () => fill(field, lines.join(' ')) },
          ],
          text,
        ),
      none: 'Choose one of the two, or press Escape.',
    })

/** One change, so that one Undo takes all of them back. */
function addEach(field: HTMLInputElement, lines: string[]): void {
  const { form } = field
  const others = [...new FormData(form ?? undefined)].filter(
    (entry): entry is [string, string] => !['task', 'id', 'literal'].includes(entry[0]) && typeof entry[1] === 'string',
  )
  const fields: [string, string][] = [['task', lines.join('\n')], ['lines', 'each'], ['id', newId()], ...others]
  put({ kind: 'add', action: '/tasks', fields })
  field.defaultValue = ''
  fill(field, '')
}

function fill(field: HTMLInputElement, text: string): void {
  field.value = text
  field.focus()
  field.dispatchEvent(new InputEvent('input', { bubbles: true }))
}
