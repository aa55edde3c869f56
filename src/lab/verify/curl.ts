import type {LabFolder} from '../../disk/lab-folder.js'
import {standardPort} from '../../model/port-offsets.js'
import {LOAD_BALANCER, type Topology} from '../../model/topology.js'
import type {Scene} from '../links/scene.js'
import {RESOURCES} from './payloads.js'
import type {Walk} from './walk.js'

/** What curl needs to reach one open port of the lab from this host. */
interface Reach {
  readonly url: string
  readonly options: readonly string[]
}

const ANY = ['0.0.0.0', '::', '']

const quoted = (value: string) => `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`

function reach(component: string, port: number, {topology, containers}: Scene, authorityPath: string): Reach {
  const open = openPort(component, port, topology)
  const published = containers.get(LOAD_BALANCER)?.ports.find(({container}) => container === open.port)
  const address = ANY.includes(published?.address ?? '') ? '127.0.0.1' : published!.address
  const written = address.includes(':') ? `[${address}]` : address
  return {
    url: `https://${open.hostName}:${open.port}`,
    options: [`cacert = ${quoted(authorityPath)}`, `resolve = ${quoted(`${open.hostName}:${open.port}:${written}`)}`],
  }
}

function openPort(component: string, port: number, {openPorts}: Topology) {
  const open = openPorts.find(candidate => candidate.component === component && standardPort(candidate.spec) === port)
  if (!open) throw new Error(`port ${port} of ${component} is not open`)
  return open
}

/** A path as a shell takes it. */
const typed = (path: string) => (/^[\w./+-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`)

/**
 * Lines of curl that go on where a walk ended: call the API, get a new token. Token and client secret stand in files of the lab
 * folder that only its owner can read, never in the lines.
 */
export async function curlLines(
  walk: Walk,
  scene: Scene,
  {folder, authorityPath}: {readonly folder: LabFolder; readonly authorityPath: string},
): Promise<readonly string[]> {
  const {mark, context, version} = walk.names
  const gateway = reach('gateway', 8243, scene, authorityPath)
  const keyManager = reach('key-manager', 9443, scene, authorityPath)
  const {id, secret} = walk.get('keys')
  const write = (name: string, lines: readonly string[]) => folder.writeCurl(name, `${lines.join('\n')}\n`)
  const [call, token] = await Promise.all([
    write(mark, [...gateway.options, `header = ${quoted(`Authorization: Bearer ${walk.get('appToken')}`)}`]),
    write(`${mark}-token`, [
      ...keyManager.options,
      `user = ${quoted(`${id}:${secret}`)}`,
      'data = "grant_type=client_credentials"',
    ]),
  ])
  return [
    `curl --config ${typed(call)} ${gateway.url}${context}/${version}${RESOURCES.open}`,
    `curl --config ${typed(token)} ${keyManager.url}/oauth2/token`,
  ]
}
