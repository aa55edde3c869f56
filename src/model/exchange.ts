/** Where an HTTP request goes to. */
export interface HttpTarget {
  /** Connected to: a name of this network, or an address. */
  readonly host: string
  readonly port: number
  readonly tls: boolean
  /** Name that the server's certificate must have. */
  readonly serverName: string
  /** Name in the Host header, where it is not the server's. */
  readonly hostHeader?: string
  /** PEM; without it the certificate is not verified. */
  readonly authority?: string
}

export interface HttpRequest {
  readonly method: string
  /** With the query. */
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

export interface HttpAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** The first part of it, see MOST_BODY_BYTES. */
  readonly body: string
}

/** How much of an answer's body is kept. */
export const MOST_BODY_BYTES = 64 * 1024
