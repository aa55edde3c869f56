/** What is secret in a lab, made at random once and kept in its folder (0600). */
export interface Secrets {
  readonly mysqlRoot: string
  /** Password of each component's account on MySQL. */
  readonly accounts: Readonly<Record<string, string>>
  /** The account that reads the marker row, and the one behind `exec mysql`. */
  readonly probeAccount: string
  readonly adminAccount: string
  readonly keyStore: string
}
