import type {ComponentName} from '../../../src/mini/profiles.js'
import type {Wiring} from './cluster.js'
import * as configs from './configs.js'

const ACCOUNT = 'username = "$ref{super_admin.username}"\npassword = "$ref{super_admin.password}"\n'

const list = (items: readonly string[]) => `[${items.map(it => JSON.stringify(it)).join(', ')}]`

/** The configuration of each node of 4.x, with the keys that a lab would render. */
export function clusterConfigs4({at, of, databases}: Wiring): (name: string) => string {
  const {names, port, user: username, password} = databases
  const mysql = () => `localhost:${port}`
  const database = (table: string, name: string) => configs.database(table, name, mysql, {username, password})
  const both = database('apim_db', names.apimgtdb) + database('shared_db', names.shareddb)
  const common = (role: string) => configs.common(role, 'localhost')
  const controlPlanes = of('control-plane')
  const [controlPlane = 'control-plane-1'] = controlPlanes
  const [keyManager = controlPlane] = of('key-manager')
  const trafficManagers = of('traffic-manager')
  const counting = trafficManagers.length > 0 ? trafficManagers : controlPlanes
  const tcp = (port: number) => (name: string) => `tcp://${at(name, port)}`

  const keys = `[apim.key_manager]\nservice_url = "https://${at(keyManager, 9443)}/services/"\n${ACCOUNT}`
  const hub =
    `[apim.event_hub]\nenable = true\n${ACCOUNT}service_url = "https://${at(controlPlane, 9443)}/services/"\n` +
    `event_listening_endpoints = ${list(controlPlanes.map(tcp(5672)))}\n`
  const groups = controlPlanes
    .map(
      it =>
        `[[apim.event_hub.publish.url_group]]\nurls = ["${tcp(9611)(it)}"]\nauth_urls = ["ssl://${at(it, 9711)}"]\n`,
    )
    .join('')
  const throttling =
    `[apim.throttling]\n${ACCOUNT}throttle_decision_endpoints = ${list(counting.map(tcp(5672)))}\n` +
    counting
      .map(
        it =>
          `[[apim.throttling.url_group]]\ntraffic_manager_urls = ["${tcp(9611)(it)}"]\ntraffic_manager_auth_urls = ["ssl://${at(it, 9711)}"]\n`,
      )
      .join('')
  const revocation =
    '[[event_listener]]\nid = "token_revocation"\n[event_listener.properties]\n' +
    `notification_endpoint = "https://${at(controlPlane, 9443)}/internal/data/v1/notify"\nusername = "\${admin.username}"\n` +
    `password = "\${admin.password}"\n'header.X-WSO2-KEY-MANAGER' = "default"\n`
  const [gateway = 'gateway-1'] = of('gateway')
  const environment = `[[apim.gateway.environment]]
name = "Default"
type = "hybrid"
service_url = "https://${at(gateway, 9443)}/services/"
ws_endpoint = "ws://gateway.lab.localhost:9099"
wss_endpoint = "wss://gateway.lab.localhost:8099"
http_endpoint = "http://gateway.lab.localhost:8280"
https_endpoint = "https://gateway.lab.localhost:8243"
`
  const copies = (table: string, names: readonly string[]) =>
    names.length === 0 ? '' : `${table}event_duplicate_url = ${list(names.map(tcp(5672)))}\n`
  const others = (names: readonly string[], name: string) => names.filter(it => it !== name)

  const texts: Readonly<Partial<Record<ComponentName, (name: string) => string>>> = {
    'control-plane': name =>
      common('control-plane') +
      both +
      keys +
      environment +
      hub +
      copies('', others(controlPlanes, name)) +
      groups +
      revocation,
    'key-manager': () => common('control-plane') + both + hub + groups + revocation,
    'traffic-manager': name =>
      common('traffic-manager') + both + keys + hub + copies('[apim.throttling]\n', others(trafficManagers, name)),
    gateway: () =>
      common('gateway-worker') +
      database('shared_db', names.shareddb) +
      keys +
      hub +
      throttling +
      '[apim.sync_runtime_artifacts.gateway]\ngateway_labels = ["Default"]\n',
  }
  return name => texts[name.replace(/-\d+$/, '') as ComponentName]?.(name) ?? ''
}
