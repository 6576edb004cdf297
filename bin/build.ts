// `npm run build`: the whole app as one executable, `dist/get-it-done`.
import { join } from 'node:path'
import type { BunPlugin } from 'bun'
import { buildAssets, packAssets } from '#web/assets.ts'
import { root } from './install.mjs'

/**
 * Makes one file at `outfile` that runs on machines like this one without Bun, Node or node_modules: the
 * runtime, our code, the migrations, the client's bundle and the native password hash are inside. Throws
 * with the bundler's own words when the source does not compile.
 */
export async function buildExecutable(outfile: string): Promise<void> {
  const result = await Bun.build({
    entrypoints: [join(root, 'src', 'main.ts')],
    compile: {
      outfile,
      // Settings come from the environment, and nothing that lies about in the current folder changes the program.
      autoloadDotenv: false,
      autoloadBunfig: false,
    },
    plugins: [carrying(JSON.stringify(packAssets(await buildAssets())))],
    // An error in a log names the line of the source it comes from.
    sourcemap: 'inline',
    throw: true,
  })
  if (!result.success) throw new AggregateError(result.logs, 'The executable could not be built.')
}

/** Puts the packed assets where, in the source, the word is that there are none. */
const carrying = (assets: string): BunPlugin => ({
  name: 'embedded assets',
  setup(build) {
    build.onLoad({ filter: /[/\\]web[/\\]embedded-assets\.ts$/ }, () => ({
      contents: `export const embedded = ${assets}`,
      loader: 'js',
    }))
  },
})

if (import.meta.main) {
  const outfile = join(root, 'dist', process.platform === 'win32' ? 'get-it-done.exe' : 'get-it-done')
  await buildExecutable(outfile)
  console.log(`${outfile} (${Math.round(Bun.file(outfile).size / 1e6)} MB)`)
}
