import { afterAll } from 'bun:test'
import { closeAll } from '#test/closing.ts'

// Loaded before every test file (bunfig.toml), so this is the last thing that happens.
afterAll(closeAll)
