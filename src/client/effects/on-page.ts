import { inOneLine } from '#core/line.ts'
import { type Change, type Effect, field, fieldsOf } from '../change.ts'
import { priorityOf } from '../rows.ts'
import { setPriority } from './chips.ts'
import { pageOf } from './page.ts'

/** On the task's own page what was filled in is now what is saved: its forms are no drafts any more. */
export function editOnItsPage(id: string, change: Change): Effect | undefined {
  const page = pageOf(id)
  if (!page) return undefined
  const names = new Set(change.fields.map(([name]) => name.replace(/^was-/, '')))
  const backs = [...names].flatMap((name) => fieldsNamed(page, name).map((input) => keep(input, change)))
  const said = say(page, change)
  const done = [...backs, said].filter((back) => back !== undefined)
  if (done.length === 0) return undefined
  return {
    delta: 0,
    takeBack: () => {
      for (const back of done) back()
    },
  }
}

type Back = () => void

const fieldsNamed = (page: Element, name: string): Element[] => [
  ...page.querySelectorAll(`form[data-outbox="edit"] :is(input, textarea, select)[name="${CSS.escape(name)}"]`),
]

/** Makes what is in the change what the field begins with. The function makes it begin as before. */
function keep(input: Element, change: Change): Back | undefined {
  if (input instanceof HTMLSelectElement) return keepChoice(input, field(change, input.name))
  if (input instanceof HTMLInputElement && input.type === 'checkbox')
    return keepTick(input, fieldsOf(change, input.name).includes(input.value))
  const value = field(change, (input as Text).name)
  return value === undefined ? undefined : keepText(input as Text, value)
}

type Text = HTMLInputElement | HTMLTextAreaElement

function keepText(input: Text, value: string): Back | undefined {
  // Who types something else here has not seen what another tab has saved: sending theirs must say so.
  const isTypedOver = input.value !== input.defaultValue && input.value !== value
  if (input.defaultValue === value || isTypedOver) return undefined
  const before = input.defaultValue
  const was = input.form?.elements.namedItem(`was-${input.name}`)
  const wasBefore = was instanceof HTMLInputElement ? was.value : ''
  if (input.value === input.defaultValue) input.value = value
  input.defaultValue = value
  if (was instanceof HTMLInputElement) was.value = value
  return () => {
    input.defaultValue = before
    if (was instanceof HTMLInputElement) was.value = wasBefore
  }
}

function keepChoice(input: HTMLSelectElement, value: string | undefined): Back | undefined {
  const before = [...input.options].findIndex((option) => option.defaultSelected)
  const now = [...input.options].findIndex((option) => option.value === value)
  if (value === undefined || now < 0 || now === before) return undefined
  const begin = (at: number) => {
    const chosen = input.selectedIndex
    for (const [i, option] of [...input.options].entries()) option.defaultSelected = i === at
    input.selectedIndex = chosen
  }
  begin(now)
  return () => begin(before)
}

function keepTick(input: HTMLInputElement, is: boolean): Back | undefined {
  if (input.defaultChecked === is) return undefined
  const { checked } = input
  input.defaultChecked = is
  input.checked = checked
  return () => {
    input.defaultChecked = !is
    input.checked = checked
  }
}

/** What the page says of the task besides its forms: the title and the priority. */
function say(page: HTMLElement, change: Change): Back | undefined {
  const heading = page.querySelector('h1')
  const before = heading?.textContent ?? ''
  const title = field(change, 'title')
  const wasPriority = priorityOf(page)
  const priority = field(change, 'priority') ?? wasPriority
  const isNews = (title !== undefined && inOneLine(title) !== before) || priority !== wasPriority
  if (!isNews) return undefined
  if (heading && title) heading.textContent = inOneLine(title)
  setPriority(page, priority)
  return () => {
    if (heading) heading.textContent = before
    setPriority(page, wasPriority)
  }
}
