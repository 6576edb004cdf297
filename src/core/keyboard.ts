// The keyboard map, in one place: the page GET /help/keys shows it, and the client answers to it.

/** What a key can be for. */
export type Command =
  | 'help'
  | 'quick-add'
  | 'search'
  | 'palette'
  | 'down'
  | 'up'
  | 'lower'
  | 'raise'
  | 'open'
  | 'select'
  | 'complete'
  | 'schedule'
  | 'priority-1'
  | 'priority-2'
  | 'priority-3'
  | 'priority-4'
  | 'move'
  | 'label'
  | 'indent'
  | 'outdent'
  | 'undo'
  | 'redo'
  | 'go-inbox'
  | 'go-today'
  | 'go-upcoming'
  | 'go-completed'
  | 'save'
  | 'close'

/**
 * A key, or several that mean the same. `Mod` is Ctrl, or Cmd on a Mac; keys pressed one after the other have a blank
 * between them. `where` says where it works; without it, wherever nobody types.
 */
export type Shortcut = { does: Command; keys: string[]; words: string; where?: 'row' | 'text' | 'everywhere' }

export type ShortcutGroup = { name: string; shortcuts: Shortcut[] }

/** All of them, as the help page shows them. */
export const KEYBOARD: ShortcutGroup[] = [
  {
    name: 'Anywhere',
    shortcuts: [
      { does: 'quick-add', keys: ['q'], words: 'Add a task' },
      { does: 'search', keys: ['/'], words: 'Search' },
      { does: 'palette', keys: ['Mod+k'], words: 'Go to a list, find a task, do something', where: 'everywhere' },
      { does: 'undo', keys: ['u', 'Mod+z'], words: 'Undo what you did last' },
      { does: 'redo', keys: ['Shift+u', 'Mod+Shift+z'], words: 'Do it again' },
      { does: 'save', keys: ['Mod+Enter'], words: 'Save what you are writing', where: 'text' },
      { does: 'close', keys: ['Escape'], words: 'Close, leave the field, end selecting', where: 'everywhere' },
      { does: 'help', keys: ['?'], words: 'Show these keys' },
    ],
  },
  {
    name: 'Going places',
    shortcuts: [
      { does: 'go-inbox', keys: ['g i'], words: 'Inbox' },
      { does: 'go-today', keys: ['g t'], words: 'Today' },
      { does: 'go-upcoming', keys: ['g u'], words: 'Upcoming' },
      { does: 'go-completed', keys: ['g c'], words: 'Completed' },
    ],
  },
  {
    name: 'In a list',
    shortcuts: [
      { does: 'down', keys: ['j'], words: 'Next task' },
      { does: 'up', keys: ['k'], words: 'Previous task' },
      { does: 'open', keys: ['Enter'], words: 'Open the task', where: 'row' },
      {
        does: 'lower',
        keys: ['Shift+j', 'Alt+ArrowDown'],
        words: 'Move the task down, or the list or section with the focus',
      },
      { does: 'raise', keys: ['Shift+k', 'Alt+ArrowUp'], words: 'Move it up' },
      { does: 'indent', keys: ['Tab'], words: 'Make it a part of the task above', where: 'row' },
      { does: 'outdent', keys: ['Shift+Tab'], words: 'Make it stand alone again', where: 'row' },
      { does: 'select', keys: ['x'], words: 'Select the task, to do something to several' },
    ],
  },
  {
    name: 'With a task, or with all that are selected',
    shortcuts: [
      { does: 'complete', keys: ['e', 'd'], words: 'Complete, or reopen' },
      { does: 'schedule', keys: ['t'], words: 'Choose when it is due' },
      { does: 'priority-1', keys: ['1'], words: 'Priority 1, the highest' },
      { does: 'priority-2', keys: ['2'], words: 'Priority 2' },
      { does: 'priority-3', keys: ['3'], words: 'Priority 3' },
      { does: 'priority-4', keys: ['4'], words: 'No priority' },
      { does: 'move', keys: ['v'], words: 'Move to a list or a section' },
      { does: 'label', keys: ['@'], words: 'Add a label' },
    ],
  },
]

/**
 * True for keys that a person may type by mistake, or that speech input may press: letters, digits and signs alone.
 * One switch in the profile turns them all off (WCAG 2.2, 2.1.4).
 */
export const isSingleKey = (keys: string): boolean => keys.split(' ').every((key) => /^(Shift\+)?.$/u.test(key))
