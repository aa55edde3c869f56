import {example, nodes, WHOLE, type Example} from './example.js'

const node = (role: string, more = '', from = WHOLE) =>
  `${from.replace('[server]', `[server]\nserver_role = "${role}"`).replace('publisher.example', `${role}.example`)}${more}`

const group = (hosts: readonly string[]) =>
  `\n[[apim.throttling.url_group]]\ntraffic_manager_urls = [${hosts.map(host => `"tcp://${host}:9611"`).join(', ')}]\ntraffic_manager_auth_urls = [${hosts.map(host => `"ssl://${host}:9711"`).join(', ')}]\n`

const STORE = '\n[keystore.primary]\nfile_name = "own.jks"\nalias = "own"\n'

const set = (gateway: string, others = '') =>
  nodes({
    'gateway-1': gateway,
    'traffic-manager-1': node('traffic-manager', others),
    'traffic-manager-2': node('traffic-manager', others),
  })

/** Mistakes that only several files show. */
export const SET_EXAMPLES: Readonly<Record<string, Example>> = {
  'differs-in-set': example(
    set(node('gateway-worker', '', WHOLE.replace('password = "admin"', 'password = "another"'))),
    set(node('gateway-worker')),
  ),
  'key-store-differs': example(set(node('gateway-worker'), STORE), set(node('gateway-worker', STORE), STORE)),
  'group-single': example(
    set(node('gateway-worker', group(['tm1', 'tm2']))),
    set(node('gateway-worker', group(['tm1']) + group(['tm2']))),
  ),
}
