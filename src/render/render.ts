import {createHash} from 'node:crypto'
import {posix} from 'node:path'
import {LABELS} from '../model/labels.js'
import {isDatabase, LOAD_BALANCER, type Node, type Topology} from '../model/topology.js'
import {parseCompose, type ComposeProject, type ComposeService} from './compose.js'
import {composeView, type ComposeOptions} from './compose-view.js'
import {nodeConfig} from './node-config.js'
import {fileOf, storesOf} from './node-files.js'
import type {RenderedFile} from './rendered-file.js'
import type {Secrets} from './secrets.js'
import {loginView, serverView} from './server-view.js'
import {renderer, type Renderer, type Templates} from './templates.js'
import type {TlsMaterial} from './tls.js'

export interface RenderInput extends ComposeOptions {
  readonly topology: Topology
  readonly templates: Templates
  readonly secrets: Secrets
  readonly tls: TlsMaterial
  /** Absolute path of the lab folder. */
  readonly folder: string
}

export interface RenderedLab {
  readonly files: readonly RenderedFile[]
  /** compose.yaml, read back: the desired state of the engine. */
  readonly project: ComposeProject
}

function configFiles(node: Node, input: RenderInput, render: Renderer): readonly RenderedFile[] {
  const files = nodeConfig(node, input, render).map(({target, text}) => ({
    path: fileOf(node, target),
    content: text,
  }))
  return [...files, ...securityFiles(node, input)]
}

function securityFiles(node: Node, {topology, tls}: RenderInput): readonly RenderedFile[] {
  if (node.component === LOAD_BALANCER)
    return [
      {path: 'config/load-balancer/tls.pem', content: tls.certificate + tls.key},
      {path: 'config/load-balancer/ca.pem', content: tls.authority},
    ]
  const stores = storesOf(node, topology)
  if (!stores) return []
  const isUntrusted = topology.settings.components[node.component]?.certificate === 'untrusted'
  const keyStore = (isUntrusted ? tls.untrusted : undefined) ?? tls.keyStore
  return [
    {path: fileOf(node, stores.keyStore), content: keyStore},
    {path: fileOf(node, stores.trustStore), content: tls.trustStore},
  ]
}

function serverFiles({topology, secrets}: RenderInput, render: Renderer): readonly RenderedFile[] {
  const {server, settings} = topology
  const view = serverView(topology, secrets)
  const own = server.settings.config
  const config = own && settings[own.key]
  const files = server.files.map(({path, templates, login}) => {
    const given = {...view, ...(login && loginView(login, secrets))}
    return {
      path: `config/${server.name}/${path}`,
      content: templates.map(name => render(`${server.name}/${name}`, given)).join(''),
    }
  })
  return [
    {path: 'config/schema/schema.sh', content: render(`${server.name}/schema.sh`, view)},
    ...files,
    ...(own && config ? [{path: `config/${server.name}/${own.path}`, content: config.content}] : []),
  ]
}

/** The wrapper around the entrypoint of each component that needs one. */
function wrapperFiles({topology}: RenderInput, render: Renderer): readonly RenderedFile[] {
  const first = topology.nodes.filter(({index, spec}) => index === 1 && spec.stopCommand)
  return first.map(({component, logLevels, spec: {stopCommand = [], logConfig}}) => ({
    path: `config/run/${component}/run.sh`,
    content: render('run.sh', {
      entrypoint: ENTRYPOINT,
      stop: stopCommand.join(' '),
      levels: logLevels,
      log_config: {path: logConfig?.path ?? '', properties: logConfig?.format === 'properties'},
    }),
  }))
}

/** The same in every image of WSO2's (docker-apim, all 3.x branches). */
const ENTRYPOINT = '/home/wso2carbon/docker-entrypoint.sh'

const hashMark = (service: string) => `hash-of-${service}`

/** SHA-256 of a service as written and of every file that it mounts from the lab folder. */
function configHash(service: ComposeService, files: readonly RenderedFile[]): string {
  const hash = createHash('sha256').update(JSON.stringify(service))
  for (const {source} of service.volumes?.filter(({type}) => type === 'bind') ?? []) {
    const path = posix.normalize(source)
    for (const file of files)
      if (file.path === path || file.path.startsWith(`${path}/`)) hash.update(`\0${file.path}\0`).update(file.content)
  }
  return hash.digest('hex')
}

/** Every file of a lab, and its desired state read back from the rendered compose.yaml. Needs no engine and no image. */
export function renderLab(input: RenderInput): RenderedLab {
  const {topology, folder} = input
  const render = renderer(input.templates, {hashOf: hashMark})
  const files = [
    ...topology.nodes.filter(node => !isDatabase(node)).flatMap(node => configFiles(node, input, render)),
    ...serverFiles(input, render),
    ...wrapperFiles(input, render),
  ]
  const {driver} = input
  const marked = render('compose.yaml', composeView(topology, folder, input))
  // Megabytes that never change: its checksum stands for it.
  const hashed = [...files, ...(driver ? [{path: `artifacts/driver/${driver.file}`, content: driver.sha256}] : [])]
  const project = parseCompose(marked)
  let text = marked
  const services: Record<string, ComposeService> = {}
  for (const [name, service] of Object.entries(project.services)) {
    const hash = configHash(service, hashed)
    text = text.replaceAll(JSON.stringify(hashMark(name)), JSON.stringify(hash))
    services[name] = {...service, labels: {...service.labels, [LABELS.configHash]: hash}}
  }
  return {files: [{path: 'compose.yaml', content: text}, ...files], project: {...project, services}}
}
