import type {Probe} from '../model/probe.js'

const open = (port: number) => `exec 3<>/dev/tcp/127.0.0.1/${port}`

function shell(probe: Probe): string {
  switch (probe.kind) {
    case 'http':
      return `${open(probe.port)} && printf 'GET ${probe.path} HTTP/1.0\\r\\nHost: localhost\\r\\n\\r\\n' >&3 && read -r _ status _ <&3 && [ "$status" = ${probe.status} ]`
    case 'tcp':
      return open(probe.port)
    case 'schema-marker':
      return `[ -n "$(${probe.command})" ]`
  }
}

/**
 * A node's probes as one health check: bash alone where it can be. It ends by itself before the engine's own deadline, in seconds: the
 * engine only stops waiting for one, and leaves it running.
 */
export function healthTest(probes: readonly Probe[], timeoutSeconds: number): readonly string[] {
  const limit = Math.max(1, timeoutSeconds - 1)
  return ['CMD', 'timeout', '-s', 'KILL', String(limit), 'bash', '-c', probes.map(shell).join(' && ')]
}
