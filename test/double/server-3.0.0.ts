import {hostname} from 'node:os'
import {join} from 'node:path'
import {RULES_3_0} from '../../src/config/rules-3x.js'
import {readSettings} from '../../src/mini/config/read-settings.js'
import {readKeyStore} from '../../src/mini/config/stores.js'
import {reasonOf} from '../../src/mini/failure.js'
import {carbonLog} from '../../src/mini/log.js'
import {PORTS} from '../../src/mini/ports.js'
import {roleOf} from '../../src/mini/profiles.js'
import {listen} from '../../src/mini/server/listeners.js'
import {PACE} from '../../src/mini/wire.js'
import {AMQP} from './amqp.js'

// mini reads 3.2.0's configuration alone. This opens the same ports for 3.0.0, with the key store that its configuration names.
const log = carbonLog(line => process.stdout.write(line))
const role = roleOf(process.env.PROFILE_NAME)
const home = process.env.WSO2_SERVER_HOME ?? ''
const node = hostname()

/** The one role of 3.0.0 that has another name than its profile. */
const ROLES: Readonly<Record<string, string>> = {'api-devportal': 'api-store'}

process.on('SIGTERM', signal => {
  log('INFO', 'CarbonServerManager', `${signal}: halting`)
  process.exit(0)
})

export async function run(): Promise<void> {
  try {
    const file = join(home, role.configFile)
    const settings = readSettings(file, {env: process.env, properties: {'carbon.home': home}}, RULES_3_0)
    const expected = ROLES[role.profile] ?? role.profile
    const need = {why: 'it must be the role of the profile that the node runs', example: `"${expected}"`}
    const found = settings.text(['server', 'server_role'], need)
    if (found !== expected) throw settings.wrong(['server', 'server_role'], need, `"${found}"`)
    const options = {
      host: '0.0.0.0',
      node,
      component: role.component,
      serves: {},
      log,
      keyStore: await readKeyStore(role, home, settings),
      pace: PACE,
      protocols: AMQP,
      view: {version: 'WSO2 API Manager-3.0.0 (double)', health: () => ({ready: true})},
      portFor: (port: number) => port,
    }
    await Promise.all(PORTS[role.profile].map(port => listen(port, options)))
    log('INFO', 'StartupFinalizerServiceComponent', `WSO2 Carbon started, profile ${role.profile}`)
  } catch (error) {
    process.stderr.write(`${node}: ${reasonOf(error)}\n`)
    process.exit(1)
  }
}
