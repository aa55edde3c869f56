/** A backend's address, taken apart once. */
export interface Target {
  readonly tls: boolean
  /** Scheme, host and port. */
  readonly origin: string
  readonly host: string
  readonly port: number
  /** As the Host header has it. */
  readonly authority: string
  /** Without a slash at its end. */
  readonly path: string
  /** Without the question mark. */
  readonly query: string
}

/** Reads the URL of an endpoint; ws and wss are http and https. */
export function targetOf(url: string | undefined): Target | undefined {
  if (url === undefined || !URL.canParse(url)) return undefined
  const {protocol, hostname, port, host, pathname, search} = new URL(url)
  const tls = protocol === 'https:' || protocol === 'wss:'
  return {
    tls,
    origin: `${tls ? 'https' : 'http'}://${host}`,
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? (tls ? 443 : 80) : Number(port),
    authority: host,
    path: pathname.replace(/\/+$/, ''),
    query: search.slice(1),
  }
}

/** Path and query of a call at its target, both passed on as they came. */
export function pathAt({path, query}: Target, rest: string, asked: string): string {
  const joined = `${path}${rest}` || '/'
  if (query === '' && asked === '') return joined
  return `${joined}?${query}${query !== '' && asked !== '' ? '&' : ''}${asked}`
}
