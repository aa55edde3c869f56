import type {LabFolder} from '../../disk/lab-folder.js'
import {placeOf, SERVICES, type ServiceName} from '../../model/services.js'
import {LOAD_BALANCER} from '../../model/topology.js'
import type {RunningLab} from '../links/running-lab.js'
import {ownToken} from './applications.js'
import {RESOURCES} from './payloads.js'
import type {Walk} from './walk.js'

/** What curl needs to reach one open port of the lab from this host. */
interface Reach {
  readonly url: string
  readonly options: readonly string[]
}

const ANY = ['0.0.0.0', '::', '']

const quoted = (value: string) => `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`

function reach(service: ServiceName, {topology, nodes}: RunningLab, authorityPath: string): Reach {
  const {open, path} = placeOf(service, topology) ?? {}
  if (!open) throw new Error(`the ${SERVICES[service]} is not open to users`)
  const published = nodes.get(LOAD_BALANCER)?.ports.find(({container}) => container === open.port)
  const address = ANY.includes(published?.address ?? '') ? '127.0.0.1' : published!.address
  const written = address.includes(':') ? `[${address}]` : address
  return {
    url: `https://${open.hostName}:${open.port}${path}`,
    options: [`cacert = ${quoted(authorityPath)}`, `resolve = ${quoted(`${open.hostName}:${open.port}:${written}`)}`],
  }
}

/** A path as a shell takes it. */
const typed = (path: string) => (/^[\w./+-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`)

/**
 * Lines of curl that go on where a walk ended: call the API, get a new token. Token and client secret stand in files of the lab
 * folder that only its owner can read, never in the lines.
 */
export async function curlLines(
  walk: Walk,
  running: RunningLab,
  {folder, authorityPath}: {readonly folder: LabFolder; readonly authorityPath: string},
): Promise<readonly string[]> {
  const {mark, context, version} = walk.names
  const gateway = reach('gateway-https', running, authorityPath)
  const tokens = reach('token', running, authorityPath)
  const {id, secret} = walk.get('keys')
  const write = (name: string, lines: readonly string[]) => folder.writeCurl(name, `${lines.join('\n')}\n`)
  const [call, token] = await Promise.all([
    write(mark, [...gateway.options, `header = ${quoted(`Authorization: Bearer ${walk.get('appToken')}`)}`]),
    write(`${mark}-token`, [
      ...tokens.options,
      `user = ${quoted(`${id}:${secret}`)}`,
      // Beside the token of the other line, which the product would end for one of the same scopes.
      ...Object.entries(ownToken('curl')).map(([key, value]) => `data = ${quoted(`${key}=${value}`)}`),
    ]),
  ])
  return [
    `curl --config ${typed(call)} ${gateway.url}${context}/${version}${RESOURCES.open}`,
    `curl --config ${typed(token)} ${tokens.url}/token`,
  ]
}
