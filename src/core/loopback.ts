/**
 * Whether a name or an address, written as in a URL or without its brackets, leads to this machine itself. Names under
 * `localhost` do by RFC 6761; 127.example.com is a name like any other.
 */
export const isLoopback = (host: string): boolean =>
  /^(localhost|[a-z0-9.-]+\.localhost|127(\.(25[0-5]|2[0-4]\d|1\d\d|\d\d?)){3}|\[::1\]|::1)$/i.test(host)
