/** What makes a node ready. The same list makes the container's health check and what the helper asks while a lab starts. */
export type Probe =
  /** An HTTP answer with this status on a plain port. */
  | {readonly kind: 'http'; readonly port: number; readonly path: string; readonly status: number}
  /** A port that accepts: only for ports that speak no HTTP. */
  | {readonly kind: 'tcp'; readonly port: number}
  /** The row that is written after the last schema script, asked over TCP: a ping is answered by the temporary server of a first start. */
  | {readonly kind: 'schema-marker'; readonly port: number}

/** A probe in words, as shown while waiting and in errors. */
export function describeProbe(probe: Probe): string {
  switch (probe.kind) {
    case 'http':
      return `GET http://:${probe.port}${probe.path} is ${probe.status}`
    case 'tcp':
      return `port ${probe.port} accepts`
    case 'schema-marker':
      return 'the schema is complete'
  }
}

export interface HealthTiming {
  readonly intervalSeconds: number
  readonly timeoutSeconds: number
  readonly retries: number
  readonly startPeriodSeconds: number
}
