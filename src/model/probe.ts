/** What makes a node ready. The same list makes the container's health check and what the helper asks while a lab starts. */
export type Probe =
  /** An HTTP answer with this status on a plain port. */
  | {
      readonly kind: 'http'
      readonly port: number
      readonly path: string
      readonly status: number
      /** The answer lists the node's links in JSON, `links[].{host, port, dropped}`: how many messages it had to give up. */
      readonly tellsLosses?: true
    }
  /** A port that accepts: only for ports that speak no HTTP. */
  | {readonly kind: 'tcp'; readonly port: number}
  /**
   * The row that is written after the last schema script, asked over TCP: a ping is answered by the temporary server of a first start.
   * `command` prints something when it is there.
   */
  | {readonly kind: 'schema-marker'; readonly port: number; readonly command: string}

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
  /** Each check costs the engine some 0.1 CPU-seconds, for as long as the container lives: seldom, once a node is up. */
  readonly intervalSeconds: number
  /** Until the first check that passes, or the start period is over; only engines from API 1.44 on have it. */
  readonly startIntervalSeconds: number
  readonly timeoutSeconds: number
  readonly retries: number
  readonly startPeriodSeconds: number
}

/** Whether an engine of this API version (`1.41`) checks a container's health more often while it starts. */
export function hasStartInterval(apiVersion: string): boolean {
  const [major = 0, minor = 0] = apiVersion.split('.').map(Number)
  return major > 1 || minor >= 44
}
