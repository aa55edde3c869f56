/** What is secret in a lab, made at random once and kept in its folder (0600). */
export interface Secrets {
  readonly databaseRoot: string
  /** Password of each component's account on the database server. */
  readonly accounts: Readonly<Record<string, string>>
  /** The account that reads the marker row, and the one behind its SQL client. */
  readonly probeAccount: string
  readonly adminAccount: string
  readonly keyStore: string
  /** 64 hexadecimal digits: what nodes encrypt in the shared databases. */
  readonly encryptionKey: string
}

/** In place of a lab's own, where only what does not depend on them is looked at. */
export const STAND_IN: Secrets = {
  databaseRoot: '',
  accounts: {},
  probeAccount: '',
  adminAccount: '',
  keyStore: '',
  encryptionKey: '',
}
