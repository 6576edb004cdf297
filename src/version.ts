import about from '../package.json' with { type: 'json' }

/** The version of this program, as `--version`, `doctor` and the log say it. */
export const version: string = about.version
