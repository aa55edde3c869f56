/** Every code that a user can meet, with its exit status. Codes are a stable interface: scripts match on them. */
export const EXIT_STATUS = {
  'lab-file-invalid': 2,
  'overlay-invalid': 2,
  'name-invalid': 2,
  'usage-invalid': 2,
  'release-unknown': 2,
  'node-unknown': 2,
  'link-unknown': 2,
  'snapshot-unknown': 2,
  'engine-unreachable': 1,
  'engine-forbidden': 1,
  'engine-too-old': 1,
  'engine-unsupported': 1,
  'engine-failed': 1,
  'folder-not-shared': 1,
  'file-unusable': 1,
  'image-unavailable': 1,
  'image-build-failed': 1,
  'driver-unavailable': 1,
  'driver-unusable': 1,
  'image-login-needed': 1,
  'image-archive-invalid': 1,
  'distribution-invalid': 1,
  'disk-short': 1,
  'image-unusable': 1,
  'memory-short': 1,
  'port-taken': 1,
  'lab-locked': 1,
  'lab-not-found': 1,
  'lab-of-another-folder': 1,
  'node-exited': 1,
  'node-not-ready': 1,
  'schema-failed': 1,
  'settings-conflict': 1,
  'snapshot-taken': 1,
  'snapshot-invalid': 1,
  'snapshot-failed': 1,
  'authority-damaged': 1,
  'template-invalid': 1,
  'link-broken': 1,
  'lint-failed': 1,
  'step-failed': 1,
  'wait-missed': 1,
  'jvm-unavailable': 1,
  'fault-impossible': 1,
  'fault-unknown': 2,
  'schedule-invalid': 2,
  'case-invalid': 2,
  'case-unknown': 2,
  'case-untrusted': 1,
  'verdict-same': 1,
  'verdict-unknown': 3,
  aborted: 130,
} as const

export type LabErrorCode = keyof typeof EXIT_STATUS

/** A node that did not come up. */
export interface NodeFailure {
  readonly node: string
  readonly state: 'exited' | 'not-ready'
  /** What is known of it, in words. */
  readonly detail: string
}

export interface LabErrorDetails {
  /** What to type next, as it can be typed. */
  readonly next?: readonly string[]
  /** Further lines shown under the message: evidence such as a node's last log lines. */
  readonly evidence?: readonly string[]
  /** All nodes that failed, where it is about nodes. */
  readonly nodes?: readonly NodeFailure[]
  readonly cause?: unknown
}

/** An error that the user can act on: what happened and why (message), and the next commands. Anything else is our bug. */
export class LabError extends Error {
  override readonly name = 'LabError'
  readonly next: readonly string[]
  readonly evidence: readonly string[]
  readonly nodes: readonly NodeFailure[]

  constructor(
    readonly code: LabErrorCode,
    message: string,
    {next = [], evidence = [], nodes = [], cause}: LabErrorDetails = {},
  ) {
    super(message, cause === undefined ? undefined : {cause})
    this.next = next
    this.evidence = evidence
    this.nodes = nodes
  }

  get exitStatus(): number {
    return EXIT_STATUS[this.code]
  }
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
