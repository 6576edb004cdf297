import type { PackedAssets } from './assets.ts'

/** What the executable carries instead of the client's source: the build puts the packed assets in this place. */
export const embedded: PackedAssets | undefined = undefined
