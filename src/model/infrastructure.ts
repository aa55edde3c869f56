import type {DatabaseServerSpec} from './database-server.js'
import type {LogFormat} from './log-format.js'
import type {Probe} from './probe.js'
import type {ComponentSpec} from './release.js'
import {DATABASE} from './roles.js'
import {LOAD_BALANCER, SCHEMA} from './topology.js'

/** Port on which nginx tells its own health; inside the lab only. */
export const LOAD_BALANCER_HEALTH_PORT = 8081

const common = {databases: [], localDatabases: [], readyWithinSeconds: 120, stopGraceSeconds: 30} as const

/** The lab's database server as a node: one role, whatever server it is. */
export function databaseSpec(server: DatabaseServerSpec, image: string): ComponentSpec {
  const {name, title, port, markerCommand, container} = server
  return {
    ...common,
    name,
    role: DATABASE,
    title,
    image,
    home: container.data,
    logFormat: server.logFormat,
    ports: [{port, protocol: 'sql', purpose: 'databases'}],
    config: [],
    gates: [{on: SCHEMA, reason: 'it initialises itself from the scripts that the schema service copies'}],
    probes: [{kind: 'schema-marker', port, command: markerCommand}],
    health: {intervalSeconds: 30, startIntervalSeconds: 1, timeoutSeconds: 5, retries: 2, startPeriodSeconds: 120},
    replicas: {max: 1, reason: 'all nodes share one database server'},
    memoryMb: container.memoryMb,
    capabilities: container.capabilities,
  }
}

const OWN_HEALTH: Probe = {kind: 'http', port: LOAD_BALANCER_HEALTH_PORT, path: '/health', status: 200}

/** nginx's error log: `2026/11/29 20:00:00 [error] 29#29: *1 text`. */
const NGINX_LOG: LogFormat = {
  entry: /^\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d \[(?<level>\w+)\] (?:\d+#\d+: )?(?<text>.*)$/,
  levels: {warn: 'warn', error: 'error', crit: 'error', alert: 'error', emerg: 'error'},
}

/** nginx: starts before its backends and finds them again. `probe`: where its configuration tells no health. */
export function loadBalancerSpec(image: string, probe: Probe = OWN_HEALTH): ComponentSpec {
  return {
    ...common,
    name: LOAD_BALANCER,
    role: 'load-balancer',
    title: 'Load balancer',
    image,
    home: '/etc/nginx',
    logFormat: NGINX_LOG,
    ports: [],
    config: [
      {
        template: 'load-balancer/nginx.conf',
        target: '/etc/apim-lab/nginx.conf',
        readAt: '/etc/apim-lab/nginx.conf',
        format: 'nginx',
      },
    ],
    configMount: '/etc/apim-lab',
    gates: [],
    probes: [probe],
    health: {intervalSeconds: 30, startIntervalSeconds: 1, timeoutSeconds: 5, retries: 2, startPeriodSeconds: 30},
    replicas: {max: 1, reason: 'it is the one address that users see'},
    memoryMb: 128,
    stopGraceSeconds: 5,
    // Its first process hands its folders to the workers' user, and signals to them; ports below 1024 may be asked for.
    capabilities: ['CHOWN', 'KILL', 'NET_BIND_SERVICE', 'SETGID', 'SETUID'],
  }
}
