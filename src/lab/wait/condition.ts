/** What can be waited for. `nodes` are nodes or components; what an empty list means stands at each. */
export type Condition =
  /** Each of these nodes is ready; none named: all nodes of the lab. */
  | {readonly kind: 'ready'; readonly nodes: readonly string[]}
  /**
   * One of these nodes has logged a line that matches: from `since` on (nanoseconds since 1970), or without it in its last run. None named:
   * any node.
   */
  | {
      readonly kind: 'log'
      readonly nodes: readonly string[]
      readonly pattern: string
      readonly since?: bigint
    }
  /** A GET from the network of each of these nodes is answered with this status; none named, or `user`: from this host. */
  | {readonly kind: 'http'; readonly nodes: readonly string[]; readonly url: string; readonly status: number}
  /** The link from each of these nodes, or from `user`, to `server` is ok: `traffic-manager:5672`, `mysql/apimgtdb`. */
  | {readonly kind: 'link'; readonly nodes: readonly string[]; readonly server: string}
  /** The rows of a query are this text. The one node is the database server, or one of its databases. */
  | {readonly kind: 'sql'; readonly nodes: readonly string[]; readonly query: string; readonly equals: string}

/** How a condition was met: what others may rely on in `wait --json`. */
export interface Met extends Found {
  readonly condition: Condition['kind']
  /** `gateway-1 is ready`. */
  readonly text: string
  /** After so long. */
  readonly ms: number
}

/** What met a condition. */
export interface Found {
  /** Those that met it, or from which it was met. */
  readonly nodes: readonly string[]
  /** The line that was logged, and the time that the engine gave it. */
  readonly at?: string
  readonly line?: string
  /** The answer over HTTP. */
  readonly status?: number
  readonly body?: string
}

/** Why a condition was missed. */
export interface Missed {
  /** The last answer, probe, rows: what follows in parentheses. */
  readonly reason: string
  readonly evidence?: readonly string[]
  /** What to type next. */
  readonly next: readonly string[]
}

/** One condition at work. */
export interface Waiter {
  readonly condition: Condition['kind']
  /** As it is when met, and when missed: `gateway-1 is ready`, `gateway-1 was not ready`. */
  readonly text: string
  readonly unmet: string
  /** Resolves when it is met. Rejects on abort, and for what can never be met. */
  wait(): Promise<Found>
  /** Asked after the abort. */
  missed(): Promise<Missed> | Missed
}
