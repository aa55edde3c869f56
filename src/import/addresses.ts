/** An address inside a text: `tcp://host:9611` in a list of them. */
export interface TextAddress {
  readonly start: number
  /** After the port; path and query follow. */
  readonly end: number
  /** With `://`; empty for a bare `host:port`. */
  readonly scheme: string
  readonly host: string
  readonly port?: number
}

const HOST = String.raw`\[[0-9a-fA-F:.]+\]|(?:[A-Za-z0-9._-]|\$(?:env)?\{[^}]*\})+`
const URLS = new RegExp(String.raw`([a-z][a-z0-9+.-]*:\/\/)(?:[^\s/?#@"',|]*@)?(${HOST})(?::(\d{1,5}))?`, 'gi')
const BARE = new RegExp(String.raw`^(${HOST}):(\d{1,5})$`)

const STANDARD: Readonly<Record<string, number>> = {'https://': 443, 'http://': 80, 'wss://': 443, 'ws://': 80}

interface Found {
  readonly start: number
  readonly whole: string
  readonly scheme: string
  readonly host: string
  readonly port: string | undefined
}

const address = ({start, whole, scheme, host, port}: Found): TextAddress => {
  const number = port === undefined ? STANDARD[scheme] : Number(port)
  return {
    start,
    end: start + whole.length,
    scheme,
    host: host.toLowerCase(),
    ...(number !== undefined && {port: number}),
  }
}

/** Every address in a text: URLs wherever they stand, or a bare `host:port` that is the whole of it. */
export function addressesIn(text: string): readonly TextAddress[] {
  const bare = BARE.exec(text.trim())
  if (bare) return [address({start: text.indexOf(bare[0]), whole: bare[0], scheme: '', host: bare[1]!, port: bare[2]})]
  return [...text.matchAll(URLS)].map(({0: whole, 1: scheme = '', 2: host = '', 3: port, index}) =>
    address({start: index, whole, scheme: scheme.toLowerCase(), host, port}),
  )
}

/** The text with each of its addresses replaced; those for which `place` gives nothing stay. */
export function replaceAddresses(
  text: string,
  place: (address: TextAddress) => {readonly host: string; readonly port: number} | undefined,
): string {
  let done = ''
  let from = 0
  for (const found of addressesIn(text)) {
    const to = place(found)
    done += text.slice(from, found.start)
    done += to ? `${found.scheme}${to.host}:${to.port}` : text.slice(found.start, found.end)
    from = found.end
  }
  return done + text.slice(from)
}

/** Names of the machine that a node itself runs on. */
export const isOwnMachine = (host: string): boolean =>
  ['localhost', '127.0.0.1', '0.0.0.0', '::1', '[::1]'].includes(host)
