import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import autocannon from 'autocannon'
import { runProgram } from './processes.ts'

/** A request that is sent again and again. */
export type Shot = { method?: 'GET' | 'POST'; path: string; headers: Record<string, string>; body?: string }

/** What came of it: `done` counts the answers below 400, `refused` the others. */
export type Outcome = { done: number; refused: number; seconds: number; p99Ms: number }

/** Sends `shots` to `url` in turn from `connections` clients, each as soon as it has its answer, for `seconds`. */
export type Load = (url: string, shots: Shot[], options: { connections: number; seconds: number }) => Promise<Outcome>

/** wrk when it is installed, for it takes little of the machine from what is measured; else autocannon. */
export function openLoad(folder: string): { load: Load; name: string } {
  const wrk = Bun.which('wrk')
  return wrk ? { load: loadWith(wrk, folder), name: 'wrk' } : { load: withAutocannon, name: 'autocannon' }
}

function loadWith(wrk: string, folder: string): Load {
  let scripts = 0
  return async (url, shots, { connections, seconds }) => {
    const script = join(folder, `load-${++scripts}.lua`)
    writeFileSync(script, luaOf(shots))
    const options = ['-t1', `-c${connections}`, `-d${seconds}s`, '--timeout', '20s', '-s', script, url]
    const [done, refused, micros, p99] = (await runProgram([wrk, ...options])).match(/RESULT (.*)/)![1]!.split(' ')
    return { done: Number(done), refused: Number(refused), seconds: Number(micros) / 1e6, p99Ms: Number(p99) / 1000 }
  }
}

// Each request is written out once, before the clock runs.
const luaOf = (shots: Shot[]): string => `
local shots = {}
local at = 0
init = function()
${shots.map((shot) => `  shots[#shots + 1] = ${formatOf(shot)}`).join('\n')}
end
request = function()
  at = at % #shots + 1
  return shots[at]
end
done = function(summary, latency)
  local refused = summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout
  io.write(string.format("RESULT %d %d %d %d\\n", summary.requests - summary.errors.status, refused, summary.duration, latency:percentile(99)))
end
`

function formatOf({ method = 'GET', path, headers, body }: Shot): string {
  const table = Object.entries(headers).map(([name, value]) => `[${JSON.stringify(name)}]=${JSON.stringify(value)}`)
  return `wrk.format(${JSON.stringify(method)}, ${JSON.stringify(path)}, {${table.join(', ')}}, ${body === undefined ? 'nil' : JSON.stringify(body)})`
}

const withAutocannon: Load = async (url, shots, { connections, seconds }) => {
  const result = await autocannon({ url, connections, duration: seconds, requests: shots, timeout: 20 })
  const refused = result.non2xx - result['3xx'] + result.errors
  return {
    done: result['2xx'] + result['3xx'],
    refused,
    seconds: result.duration,
    p99Ms: result.latency.p99,
  }
}
