export type LinkKind = 'https' | 'tcp' | 'tls'

interface Address {
  readonly host: string
  readonly port: number
  /** As the file has it, without user and password. */
  readonly text: string
}

const SCHEMES: Readonly<Record<LinkKind, string>> = {https: 'https:', tcp: 'tcp:', tls: 'ssl:'}

/**
 * Reads the address of a peer: `https://host:9443/services/`, `tcp://host:9611`, `ssl://host:9711`, or a bare `host:9444` for HTTPS (the
 * dashboard's deployment_configs). Throws Error with a reason that can follow "is".
 */
export function parseAddress(text: string, kind: LinkKind): Address {
  const trimmed = text.trim()
  const bare = kind === 'https' && !trimmed.includes('://')
  let url: URL
  try {
    url = new URL(bare ? `https://${trimmed}` : trimmed)
  } catch {
    throw new Error(`"${withoutUser(trimmed)}", no URL`)
  }
  const shown = withoutUser(trimmed)
  if (url.protocol !== SCHEMES[kind]) throw new Error(`"${shown}", not ${SCHEMES[kind]}//host:port`)
  if (url.hostname === '') throw new Error(`"${shown}", without a host`)
  const standard = kind === 'https' && (!bare || trimmed.endsWith(':443')) ? 443 : 0
  const port = url.port === '' ? standard : Number(url.port)
  if (port === 0) throw new Error(`"${shown}", without a port`)
  return {host: url.hostname.replace(/^\[|\]$/g, ''), port, text: shown}
}

const withoutUser = (text: string) => text.replace(/^([a-z]+:\/\/)?[^/?#]*@/i, '$1')
