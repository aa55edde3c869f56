import type {Probe} from '../model/probe.js'

const open = (port: number) => `exec 3<>/dev/tcp/127.0.0.1/${port}`

function shell(probe: Probe): string {
  switch (probe.kind) {
    case 'http':
      return `${open(probe.port)} && printf 'GET ${probe.path} HTTP/1.0\\r\\nHost: localhost\\r\\n\\r\\n' >&3 && read -r _ status _ <&3 && [ "$status" = ${probe.status} ]`
    case 'tcp':
      return open(probe.port)
    case 'schema-marker':
      return `[ -n "$(mysql --defaults-extra-file=/etc/apim-lab/probe.cnf -N -B -e 'SELECT lab FROM apim_lab.marker')" ]`
  }
}

/** A node's probes as one health check: bash alone where it can be, since it runs every second in each container. */
export function healthTest(probes: readonly Probe[]): readonly string[] {
  return ['CMD', 'bash', '-c', probes.map(shell).join(' && ')]
}
