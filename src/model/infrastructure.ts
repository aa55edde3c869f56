import type {Probe} from './probe.js'
import type {ComponentSpec} from './release.js'
import {LOAD_BALANCER, MYSQL, MYSQL_PORT, SCHEMA} from './topology.js'

/** Port on which nginx tells its own health; inside the lab only. */
export const LOAD_BALANCER_HEALTH_PORT = 8081

/**
 * What MySQL's entrypoint prints when all scripts of a first start have run: docker-library/mysql, template of
 * docker-entrypoint.sh, the same words for 5.7 to 9. Ours prints them too.
 */
export const SCHEMA_DONE_LOG = 'Stopping temporary server'

const common = {databases: [], localDatabases: [], readyWithinSeconds: 120, stopGraceSeconds: 30} as const

/** The database server: the official image, or one with the same contract built from the distribution's packages. */
export function mysqlSpec(image: string): ComponentSpec {
  return {
    ...common,
    name: MYSQL,
    role: 'database',
    title: 'MySQL',
    image,
    home: '/var/lib/mysql',
    ports: [{port: MYSQL_PORT, protocol: 'mysql', purpose: 'databases'}],
    config: [],
    gates: [{on: SCHEMA, reason: 'it initialises itself from the scripts that the schema service copies'}],
    probes: [{kind: 'schema-marker', port: MYSQL_PORT}],
    health: {intervalSeconds: 30, startIntervalSeconds: 1, timeoutSeconds: 5, retries: 2, startPeriodSeconds: 120},
    replicas: {max: 1, reason: 'all nodes share one database server'},
    memoryMb: 768,
    // Its entrypoint, run as root, hands the data directory to the server's user and becomes that user; the first process, still root,
    // hands signals on to it: without KILL a stop would be a crash.
    capabilities: ['CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'KILL', 'SETGID', 'SETUID'],
  }
}

const OWN_HEALTH: Probe = {kind: 'http', port: LOAD_BALANCER_HEALTH_PORT, path: '/health', status: 200}

/** nginx: starts before its backends and finds them again. `probe`: where its configuration tells no health. */
export function loadBalancerSpec(image: string, probe: Probe = OWN_HEALTH): ComponentSpec {
  return {
    ...common,
    name: LOAD_BALANCER,
    role: 'load-balancer',
    title: 'Load balancer',
    image,
    home: '/etc/nginx',
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
