import type {HealthTiming, Probe} from '../probe.js'
import type {Gate, Greeting, KeyStoreSpec} from '../release.js'
import {DATABASE} from '../roles.js'

/** What the built-in releases share: one program in one image. */

/** The image that is built here. */
export const miniImage = (version: string): string => `apim-lab/mini:${version}`

/** Of the API Manager's components in that image, whichever release they are of. */
export const HOME = '/home/wso2carbon/wso2am-3.2.0'

export const CARBON_DATABASE = ['repository/database/WSO2CARBON_DB.jsonl'] as const

export const ON_SCHEMA: Gate = {
  on: DATABASE,
  until: 'schema',
  reason: 'it waits for its databases, but ends if they have no tables',
}

export const healthProbe = (port: number): Probe => ({
  kind: 'http',
  port,
  path: '/health',
  status: 200,
  tellsLosses: true,
})

const health: HealthTiming = {
  intervalSeconds: 30,
  startIntervalSeconds: 1,
  timeoutSeconds: 5,
  retries: 2,
  startPeriodSeconds: 60,
}
export const TIMES = {health, readyWithinSeconds: 30, memoryMb: 192, stopGraceSeconds: 10} as const

export const KEY_STORE: KeyStoreSpec = {type: 'PEM', file: 'wso2carbon.pem', trustFile: 'client-truststore.pem'}

export const SERVERS_REASON = "its components speak MySQL's SQL"

/** mini speaks newline-delimited JSON where the product has its data bridge and AMQP. */
const GREETING: Greeting = {say: '', expect: '{"protocol":"apim-lab-mini/1"'}

export const greetingsOn = (...ports: readonly number[]): Readonly<Record<number, Greeting>> =>
  Object.fromEntries(ports.map(port => [port, GREETING]))
