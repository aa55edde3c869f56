import type {HttpTarget} from '../model/exchange.js'

export interface Published {
  /** As the engine tells it. */
  readonly address: string
  readonly port: number
  /** Name in the URL: SNI, certificate and Host header, whatever this host resolves it to. */
  readonly hostName: string
  readonly tls: boolean
  /** PEM. */
  readonly authority: string
}

const ANY: Readonly<Record<string, string>> = {'0.0.0.0': '127.0.0.1', '::': '::1', '': '127.0.0.1'}

/** A port that a container publishes, as a user of this host asks it. */
export const publishedTarget = ({address, port, hostName, tls, authority}: Published): HttpTarget => ({
  host: ANY[address] ?? address,
  port,
  tls,
  serverName: hostName,
  authority,
})
