import {stringify as stringifyYaml} from 'yaml'
import {isTable, unflatten, type ConfigTable} from '../config/table.js'
import {writeConfig} from '../model/config-table.js'
import type {Topology} from '../model/topology.js'
import {releaseDefaults} from '../model/release-defaults.js'
import type {Layer} from './layers.js'
import type {PutIntoLab} from './put-into-lab.js'

/** A file of the new folder. */
export interface OutputFile {
  /** Relative to it. */
  readonly path: string
  readonly text: string
}

export const LAB_FILE_MARK = '# Made by apim-lab import'

const header = (what: string) => `# Made by apim-lab import: ${what}. import-report.md tells what became of each key.\n`

/** `{overlay, remove}` of a layer, and the overlay's file. */
function layerFiles(layer: Layer | undefined, name: string, what: string) {
  if (!layer) return {keys: {}, files: []}
  const path = `overlays/${name}.toml`
  const hasUnits = layer.units.size > 0
  return {
    keys: {...(hasUnits && {overlay: path}), ...(layer.removed.length > 0 && {remove: layer.removed})},
    files: hasUnits ? [{path, text: header(what) + overlayText(layer)}] : [],
  }
}

/** Whole numbers as TOML's own: the writer takes a plain number for a fraction. */
function withWholeNumbers(value: unknown): unknown {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return BigInt(value)
  if (Array.isArray(value)) return value.map(withWholeNumbers)
  return isTable(value)
    ? Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, withWholeNumbers(inner)]))
    : value
}

const overlayText = (layer: Layer): string =>
  writeConfig(withWholeNumbers(unflatten(layer.units)) as ConfigTable, 'toml')

const isAlike = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other)

/** The lab file and its overlays. */
export function outputFiles(
  {settings, release}: Pick<Topology, 'settings' | 'release'>,
  nodes: readonly {readonly name: string; readonly component: string}[],
  put: PutIntoLab,
): readonly OutputFile[] {
  const {layers, environments} = put
  const usual = releaseDefaults(release)
  const all = layerFiles(layers.all, 'all', 'what all components have alike')
  // One without nodes too, where that is said: its work is another one's.
  const names = [...new Set([...nodes.map(({component}) => component), ...Object.keys(settings.components)])]
  const environmentOf = (component: string) => {
    const own = nodes.filter(node => node.component === component).map(({name}) => environments.get(name))
    return own.every(environment => isAlike(environment, own[0])) ? own[0] : undefined
  }
  const components = names.map(name => {
    const {keys, files} = layerFiles(layers.components.get(name), name, `what ${name} has otherwise than the lab`)
    const environment = environmentOf(name)
    return {name, files, keys: {...settings.components[name], ...keys, ...(environment && {environment})}}
  })
  const single = nodes.map(({name, component}) => {
    const {keys, files} = layerFiles(layers.nodes.get(name), name, `what only ${name} has`)
    const environment = environmentOf(component) ? undefined : environments.get(name)
    return {name, files, keys: {...keys, ...(environment && {environment})}}
  })
  const block = (parts: readonly {readonly name: string; readonly keys: object}[]) => {
    const said = parts.filter(({keys}) => Object.keys(keys).length > 0).map(({name, keys}) => [name, keys] as const)
    return said.length > 0 ? Object.fromEntries(said) : undefined
  }
  const content = {
    name: settings.lab,
    release: settings.release,
    ...(settings.analytics !== usual.analytics && {analytics: settings.analytics}),
    ...(settings.gatewaySharedDb !== usual.gatewaySharedDb && {gateway: {sharedDb: settings.gatewaySharedDb}}),
    ...(settings.portOffset !== usual.portOffset && {ports: {offset: settings.portOffset}}),
    ...all.keys,
    ...(block(components) && {components: block(components)}),
    ...(block(single) && {nodes: block(single)}),
  }
  return [
    {
      path: 'apim-lab.yaml',
      text: `${LAB_FILE_MARK}; import-report.md tells what became of each key.\n# The overlays have the name of this lab and its ports in them: for others, import again with --lab and --port-offset.\n${stringifyYaml(content, {lineWidth: 0})}`,
    },
    ...[all, ...components, ...single].flatMap(({files}) => files),
  ]
}
