import {example, file, inLab, type Example} from './example.js'

const gateway = (text: string) => `[server]\nserver_role = "gateway-worker"\n\n${text}`
const group = (host: string, events = 9611, login = 9711, scheme = 'ssl') =>
  `[[apim.throttling.url_group]]\ntraffic_manager_urls = ["tcp://${host}:${events}"]\ntraffic_manager_auth_urls = ["${scheme}://${host}:${login}"]`
const keyManager = (url: string) => `[apim.key_manager]\nservice_url = "${url}"`
const publisher = (gateways: readonly string[]) =>
  gateways
    .map(name => `[[apim.gateway.environment]]\nname = "${name}"\nservice_url = "https://${name}:9443/services/"`)
    .join('\n\n')

const database = (host: string) =>
  `[database.apim_db]\nurl = "jdbc:mysql://${host}:3306/apimgtdb"\nusername = "publisher"`

const TRAFFIC_MANAGER = '[server]\nserver_role = "traffic-manager"'
const GATEWAY = '[server]\nserver_role = "gateway-worker"'

/** Addresses that lead elsewhere. */
export const ADDRESS_EXAMPLES: Readonly<Record<string, Example>> = {
  'address-port': example(file(gateway(group('tm', 9711))), file(gateway(group('tm')))),
  'address-scheme': example(file(gateway(group('tm', 9611, 9711, 'tcp'))), file(gateway(group('tm')))),
  'address-services': example(
    file('[server]\nserver_role = "api-publisher"\n\n[apim.throttling]\nservice_url = "https://tm:9443"'),
    file('[server]\nserver_role = "api-publisher"\n\n[apim.throttling]\nservice_url = "https://tm:443/services/"'),
  ),
  'address-localhost': example(
    file(gateway(keyManager('https://localhost:9443/services/'))),
    file(keyManager('https://localhost:9443/services/')),
  ),
  'peer-unknown': inLab(
    {'gateway-1': gateway(group('trafic-manager-1')), 'traffic-manager-1': TRAFFIC_MANAGER},
    {'gateway-1': gateway(group('traffic-manager-1')), 'traffic-manager-1': TRAFFIC_MANAGER},
  ),
  'database-outside': {
    ...inLab({'publisher-1': database('db.example.com')}, {'publisher-1': database('mysql')}),
    hosts: [{name: 'mysql', component: 'mysql'}],
  },
  'peer-role': inLab(
    {'gateway-1': gateway(group('gateway-1')), 'traffic-manager-1': TRAFFIC_MANAGER},
    {'gateway-1': gateway(group('traffic-manager')), 'traffic-manager-1': TRAFFIC_MANAGER},
  ),
  'peer-missing': inLab(
    {'publisher-1': publisher(['gateway-1']), 'gateway-1': GATEWAY, 'gateway-2': GATEWAY},
    {'publisher-1': publisher(['gateway-1', 'gateway-2']), 'gateway-1': GATEWAY, 'gateway-2': GATEWAY},
  ),
  'jwks-unknown': inLab(
    {
      'gateway-1': gateway('[[apim.jwt.issuer]]\nname = "lab"\njwks.url = "https://keymanager:9443/oauth2/jwks"'),
      'key-manager-1': '[server]\nserver_role = "api-key-manager"',
    },
    {
      'gateway-1': gateway('[[apim.jwt.issuer]]\nname = "lab"\njwks.url = "https://key-manager:9443/oauth2/jwks"'),
      'key-manager-1': '[server]\nserver_role = "api-key-manager"',
    },
  ),
}
