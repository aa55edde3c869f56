/** A client of the token endpoints. */
export interface Client {
  readonly id: string
  readonly secret: string
}

/** What steps find for later ones. */
export interface Found {
  /** The walk's own client, for the REST APIs. */
  readonly client: Client
  /** For the REST APIs. */
  readonly token: string
  readonly apiId: string
  /** The one of the API that is deployed. */
  readonly revision: string
  readonly applicationId: string
  readonly keys: Client
  /** The application's, without a scope. */
  readonly appToken: string
  /** The throttled resource's 429 came at. */
  readonly limitedAt: number
}
