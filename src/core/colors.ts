/** The colours that a list, a label or a filter may have. Each is a class of the styles, in both themes. */
export const COLORS = ['red', 'orange', 'yellow', 'green', 'teal', 'blue', 'violet', 'plum', 'pink', 'brown'] as const

export type Color = (typeof COLORS)[number]

/** True for one of our colours, or '' for none. */
export const isColor = (text: string): text is Color | '' => text === '' || (COLORS as readonly string[]).includes(text)
