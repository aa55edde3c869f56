/** Where a `server` block of the load balancer's configuration sends its requests. */
export interface Backend {
  /** For people: the block, and the line in it. */
  readonly key: string
  /** `host:port`: one that stands for all nodes, or one of each node. */
  readonly addresses: readonly string[]
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

/** Nodes that a variable of the file may stand for. */
function nodesIn(source: string, variable: string): readonly string[] {
  const map = blocks(source, /\bmap\s+\$\w+\s+\$(\w+)\s*\{/g).find(({head}) => head[1] === variable)
  return [...(map?.body ?? '').matchAll(/^\s*(\S+)\s+\S+;/gm)]
    .map(([, name]) => name!)
    .filter(name => name !== 'default')
}

const backendIn = (body: string) => /\bset\s+\$backend\s+([^;\s]+)\s*;/.exec(body)?.[1]

/** The nodes' addresses behind the sockets of a group of servers. */
function behindSockets(source: string, upstream: string): readonly string[] {
  const group = blocks(source, /\bupstream\s+(\S+)\s*\{/g).find(({head}) => head[1] === upstream)
  const sockets = [...(group?.body ?? '').matchAll(/\bserver\s+(unix:[^;\s]+)/g)].map(([, socket]) => socket!)
  return sockets.flatMap(socket => {
    const tunnel = blocks(source, /\bserver\s*\{/g).find(({body}) => body.includes(`listen ${socket};`))
    return backendIn(tunnel?.body ?? '') ?? []
  })
}

/** The part of a server block that requests with this path prefix go to: the block itself where paths do not matter. */
const routeOf = (body: string, path: string | undefined): string | undefined =>
  path === undefined
    ? body
    : blocks(body, /\blocation\s+(?:~\s+\^)?(\/[^\s(]*)(?:\(\/\|\$\))?\s*\{/g).find(({head}) => head[1] === path)?.body

/** What a backend's place is called. */
export const backendKey = (host: string, port: number, path?: string): string =>
  [`server ${host}:${port}`, ...(path === undefined ? [] : [`location ${path}`]), 'proxy_pass'].join(' > ')

/** Reads the backend of a host name, port and path prefix in the shape that templates/load-balancer/nginx.conf.hbs has; undefined: no such server. */
export function readBackend(text: string, host: string, port: number, path?: string): Backend | undefined {
  const source = withoutComments(text)
  const block = blocks(source, /\bserver\s*\{/g).find(
    ({body}) =>
      new RegExp(String.raw`\blisten\s+${port}[\s;]`).test(body) &&
      (/\bserver_name\s+([^;]+);/.exec(body)?.[1] ?? '').split(/\s+/).includes(host),
  )
  const route = block && routeOf(block.body, path)
  const target = route && /\bproxy_pass\s+https?:\/\/([^;\s]+)\s*;/.exec(route)?.[1]
  if (target === undefined) return undefined
  const [, variable, port_] = /^\$(\w+_node)-(\d+)$/.exec(target) ?? []
  const sticky = variable === undefined ? undefined : nodesIn(source, variable)
  const addresses =
    target === '$backend'
      ? [backendIn(route!) ?? []].flat()
      : (sticky?.map(node => `${node}-${port_}`) ?? [target]).flatMap(name => behindSockets(source, name))
  return {key: backendKey(host, port, path), addresses, ...(sticky && {stickyNodes: sticky})}
}
