import {readFileSync} from 'node:fs'
import {hostname} from 'node:os'
import {parse as parseToml} from 'smol-toml'
import {tryLogin} from '../../src/helper/databases/login.js'
import {accountsIn} from '../../src/lab/links/accounts.js'
import {readSettings} from '../../src/mini/config/read-settings.js'
import {readKeyStore} from '../../src/mini/config/stores.js'
import {reasonOf} from '../../src/mini/failure.js'
import {carbonLog} from '../../src/mini/log.js'
import type {Port} from '../../src/mini/ports.js'
import {roleOf} from '../../src/mini/profiles.js'
import {listen} from '../../src/mini/server/listeners.js'
import {PACE} from '../../src/mini/wire.js'
import {rulesOf, type ComponentSpec, type PortSpec} from '../../src/model/release.js'
import {allReleases} from '../../src/model/releases/index.js'
import {MYSQL} from '../../src/model/releases/servers/mysql.js'
import {AMQP} from './amqp.js'

/*
 * Stands where the product of a 4.x release would: reads its configuration by the rules of that release, logs in to each database that it
 * names, or ends, and opens the ports of its component, with the key store that the file names. It has no API.
 */
const log = carbonLog(line => process.stdout.write(line))
const node = hostname()
const home = process.env.WSO2_SERVER_HOME ?? ''

process.on('SIGTERM', signal => {
  log('INFO', 'CarbonServerManager', `${signal}: halting`)
  process.exit(0)
})

const HANDLERS = {http: 'gateway', https: 'gateway', ws: 'websocket', wss: 'websocket'} as const
const MANAGEMENT = [9443, 9763]

function portOf({port, protocol, purpose, open}: PortSpec): Port {
  // WebSub over HTTPS.
  if (protocol === 'tls' && open) return {port, protocol: 'https', purpose, handler: 'gateway'}
  if (protocol === 'tcp' || protocol === 'tls') return {port, protocol, purpose, service: purpose}
  if (protocol === 'sql') throw new Error(`no component of 4.x listens for ${protocol}`)
  return {port, protocol, purpose, handler: MANAGEMENT.includes(port) ? 'management' : HANDLERS[protocol]}
}

async function logIn(file: string): Promise<void> {
  for (const {key, database, ...login} of accountsIn(parseToml(readFileSync(file, 'utf8')), MYSQL)) {
    const {ok, detail} = await tryLogin({protocol: MYSQL.protocol, ...login}, database)
    log('INFO', 'DatabaseUtil', `${key}: ${database} as ${login.user}: ${detail}`)
    if (!ok) process.exit(1)
  }
}

/** As EncryptionKeyGenerator of 4.7.0 says it; the double makes up no key. */
function checkEncryption({forms}: ComponentSpec, file: string): void {
  if (forms?.['encryption_key'] === true && !/^\[encryption\]$/m.test(readFileSync(file, 'utf8')))
    log('WARN', 'EncryptionKeyGenerator', 'ALERT: no encryption key is configured, this node has one of its own')
}

export async function run(): Promise<void> {
  const [, , , profile = '', file = ''] = process.argv
  try {
    const release = allReleases('0.0.0').find(({components}) => components.some(spec => spec.home === home))
    const spec = release?.components.find(own => own.home === home && (own.profile ?? '') === profile)
    if (!release || !spec) throw new Error(`no component has the home ${home} and the profile "${profile}"`)
    const settings = readSettings(file, {env: process.env, properties: {'carbon.home': home}}, rulesOf(spec, release))
    const need = {why: 'it must be a role that this image knows', example: `"${spec.serverRole}"`}
    const found = settings.text(['server', 'server_role'], need)
    if (found !== spec.serverRole) throw settings.wrong(['server', 'server_role'], need, `"${found}"`)
    checkEncryption(spec, file)
    await logIn(file)
    const options = {
      host: '0.0.0.0',
      node,
      component: spec.name,
      serves: {},
      log,
      keyStore: await readKeyStore(roleOf('traffic-manager'), home, settings),
      pace: PACE,
      protocols: AMQP,
      view: {version: `WSO2 API Manager-${release.name} (double)`, health: () => ({ready: true})},
      portFor: (port: number) => port,
    }
    await Promise.all(spec.ports.map(port => listen(portOf(port), options)))
    log('INFO', 'StartupFinalizerServiceComponent', `WSO2 Carbon started, ${spec.name}`)
  } catch (error) {
    process.stderr.write(`${node}: ${reasonOf(error)}\n`)
    process.exit(1)
  }
}
