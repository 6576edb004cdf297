#!/usr/bin/env node
// The command line from a clone: `node bin/get-it-done.mjs --help` (or `npx get-it-done`).
import { join } from 'node:path'
import { root } from './install.mjs'
import { BOUND, launch } from './launch.mjs'

await launch([BOUND, join(root, 'src', 'main.ts'), ...process.argv.slice(2)], { everything: false, cwd: process.cwd() })
