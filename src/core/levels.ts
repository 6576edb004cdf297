/** How deep tasks may stand in each other: a task, its subtasks, theirs, and theirs. */
export const LEVELS = 4

/** What is said of a task that would stand deeper. */
export const TOO_DEEP = 'Tasks and their subtasks go four levels deep at most.'
