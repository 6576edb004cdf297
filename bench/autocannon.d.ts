// autocannon brings no types. These are the parts of it that the bench uses.
declare module 'autocannon' {
  type Options = { url: string; connections: number; duration: number; requests: object[]; timeout: number }
  type Result = {
    '2xx': number
    '3xx': number
    non2xx: number
    errors: number
    /** In seconds. */
    duration: number
    /** In milliseconds. */
    latency: { p99: number }
  }
  export default function autocannon(options: Options): Promise<Result>
}
