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

/** In place of a lab's own, where only what does not depend on them is looked at. */
export const STAND_IN: Secrets = {mysqlRoot: '', accounts: {}, probeAccount: '', adminAccount: '', keyStore: ''}
