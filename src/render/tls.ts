/** A private key and its certificate, both PEM. */
export interface KeyPair {
  readonly key: string
  readonly certificate: string
}

/** Key, certificate and trust of one lab, in the forms that its nodes read. */
export interface TlsMaterial {
  /** PEM: the lab's certificate. */
  readonly certificate: string
  readonly key: string
  /** PEM: the user's certificate authority. */
  readonly authority: string
  /** Content of the release's key store and trust store. */
  readonly keyStore: string | Uint8Array
  readonly trustStore: string | Uint8Array
}
