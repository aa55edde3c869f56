import {readFileSync} from 'node:fs'
import {hostname} from 'node:os'
import {parse as parseToml} from 'smol-toml'
import {tryLogin} from '../../src/helper/databases/login.js'
import {accountsIn} from '../../src/lab/links/accounts.js'
import {dotted} from '../../src/mini/config/keys.js'
import {readSettings} from '../../src/mini/config/read-settings.js'
import type {Settings} from '../../src/mini/config/settings.js'
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
import {DIALECTS_4X, Product} from '../unit/lab/verify/support/product.js'
import {AMQP} from './amqp.js'
import {REST_PORT, restAt} from './rest-4.x.js'

/*
 * Stands where the product of a 4.x release would: reads its configuration by the rules of that release, logs in to each database that it
 * names, or ends, and opens the ports of its component, with the key store that the file names. The control plane has the REST APIs, which
 * take what the release's descriptions say and nothing else, and the gateway that goes with them; the others hand on what they are asked.
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

/** The REST APIs of a control plane. The virtual host of its environment is the configuration's. */
async function startRest(release: string, settings: Settings): Promise<void> {
  const need = {why: 'revisions are deployed to its virtual host', example: '"https://gateway:8243"'}
  const endpoint = settings.text([...dotted('apim.gateway.environment'), 0, 'https_endpoint'], need)
  const revisions = {name: 'Default', vhost: new URL(endpoint).hostname}
  await Product.start({...DIALECTS_4X[release]!, revisions}, {host: '0.0.0.0', port: REST_PORT})
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
    // Its name is one that all nodes of it answer to in the lab's network.
    const controlPlane = release.components.find(({provides}) => provides?.['publisher-api'])!
    if (spec === controlPlane) await startRest(release.name, settings)
    const options = {
      host: '0.0.0.0',
      node,
      component: spec.name,
      serves: restAt(spec === controlPlane ? '127.0.0.1' : controlPlane.name),
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
