/** Where a `server` block of the load balancer's configuration sends its requests. */
export interface Backend {
  /** For people: the block, and the line in it. */
  readonly key: string
  readonly found: string
  /** Nodes that a browser may be kept with; absent where none is. */
  readonly stickyNodes?: readonly string[]
}

/** The text between the braces that follow each match of `head`. Our own template has no braces in strings or comments. */
function blocks(source: string, head: RegExp): readonly {readonly head: RegExpMatchArray; readonly body: string}[] {
  return [...source.matchAll(head)].map(match => {
    const from = match.index + match[0].length
    let depth = 1
    let end = from
    for (; end < source.length && depth > 0; end++) {
      if (source[end] === '{') depth++
      else if (source[end] === '}') depth--
    }
    return {head: match, body: source.slice(from, end - 1)}
  })
}

const withoutComments = (source: string) => source.replaceAll(/^\s*#.*$/gm, '')

function stickyNodes(source: string, body: string): readonly string[] | undefined {
  const variable = /proxy_pass\s+\w+:\/\/\$(\w+_node):/.exec(body)?.[1]
  if (variable === undefined) return undefined
  const map = blocks(source, /\bmap\s+\$\w+\s+\$(\w+)\s*\{/g).find(({head}) => head[1] === variable)
  return [...(map?.body ?? '').matchAll(/^\s*(\S+)\s+\S+;/gm)]
    .map(([, name]) => name!)
    .filter(name => name !== 'default')
}

/** The part of a server block that requests with this path prefix go to: the block itself where paths do not matter. */
const routeOf = (body: string, path: string | undefined): string | undefined =>
  path === undefined
    ? body
    : blocks(body, /\blocation\s+(?:~\s+\^)?(\/[^\s(]*)(?:\(\/\|\$\))?\s*\{/g).find(({head}) => head[1] === path)?.body

/** What a backend's place is called. */
export const backendKey = (host: string, port: number, path?: string): string =>
  [`server ${host}:${port}`, ...(path === undefined ? [] : [`location ${path}`]), 'set $backend'].join(' > ')

/** Reads the backend of a host name, port and path prefix in the shape that templates/load-balancer/nginx.conf.hbs has; undefined: no such server. */
export function readBackend(text: string, host: string, port: number, path?: string): Backend | undefined {
  const source = withoutComments(text)
  const block = blocks(source, /\bserver\s*\{/g).find(
    ({body}) =>
      new RegExp(String.raw`\blisten\s+${port}[\s;]`).test(body) &&
      (/\bserver_name\s+([^;]+);/.exec(body)?.[1] ?? '').split(/\s+/).includes(host),
  )
  const route = block && routeOf(block.body, path)
  const found = route && /\bset\s+\$backend\s+([^;\s]+)\s*;/.exec(route)?.[1]
  if (!route || found === undefined) return undefined
  const sticky = stickyNodes(source, route)
  return {key: backendKey(host, port, path), found, ...(sticky && {stickyNodes: sticky})}
}
