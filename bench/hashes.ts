// Verifies a password over and over, as many at a time as the app lets through, and prints how many it managed in a
// second. Its argument is a `Hashes` as JSON.
import { verify } from '@node-rs/argon2'

export type Hashes = { phc: string; password: string; permits: number; seconds: number }

const { phc, password, permits, seconds }: Hashes = JSON.parse(process.argv[2]!)
await verify(phc, password)
const began = performance.now()
let done = 0
const worker = async () => {
  while (performance.now() - began < seconds * 1000) {
    await verify(phc, password)
    done++
  }
}
await Promise.all(Array.from({ length: permits }, worker))
process.stdout.write(JSON.stringify({ perSecond: done / ((performance.now() - began) / 1000) }))
