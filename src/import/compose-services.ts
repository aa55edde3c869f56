import {posix} from 'node:path'
import {isTable} from '../config/table.js'
import type {Entry} from './entries.js'
import {profileOf, type Runner} from './runners.js'
import type {InputFile} from './source.js'
import {listIn, tableIn, textIn, valueIn, yamlDocuments} from './yaml.js'

const texts = (value: unknown): readonly string[] =>
  (Array.isArray(value) ? value : [value]).flatMap(item => (typeof item === 'string' ? [item] : []))

/** `${X:-default}` as it is without a file of variables. */
const withDefaults = (text: string) => text.replace(/\$\{\w+:?-([^}]*)\}/g, '$1')

function environmentOf(service: unknown): Readonly<Record<string, string>> {
  const written = valueIn(service, 'environment')
  const pairs = isTable(written)
    ? Object.entries(written).map(([name, value]) => [name, String(value ?? '')] as const)
    : texts(written).flatMap(text =>
        text.includes('=') ? [[text.slice(0, text.indexOf('=')), text.slice(text.indexOf('=') + 1)] as const] : [],
      )
  return Object.fromEntries(pairs.map(([name, value]) => [name, withDefaults(value)]))
}

/** Sources of a service's bind mounts and configs, as they are written. */
function sourcesOf(service: unknown, configs: unknown): readonly string[] {
  const volumes = listIn(service, 'volumes').flatMap(volume => {
    if (typeof volume === 'string') return [withDefaults(volume).split(':')[0] ?? '']
    return textIn(volume, 'type') === 'bind' ? [textIn(volume, 'source') ?? ''] : []
  })
  const named = listIn(service, 'configs').flatMap(config => {
    const name = typeof config === 'string' ? config : textIn(config, 'source')
    return name === undefined ? [] : [textIn(configs, name, 'file') ?? '']
  })
  return [...volumes.filter(source => /^[./]/.test(source)), ...named.filter(Boolean)]
}

const isOutside = (path: string) => path.startsWith('/') || path === '..' || path.startsWith('../')

export interface ComposeServices {
  readonly runners: readonly Runner[]
  readonly entries: readonly Entry[]
}

/** The services of a compose file; none if it is another YAML file. Mounts that lead out of the folder are told, not followed. */
export function composeServices({path, text}: InputFile): ComposeServices {
  const runners: Runner[] = []
  const entries: Entry[] = []
  const folder = posix.dirname(path)
  for (const {value, keyOffset, firstLine, text: own} of yamlDocuments(text))
    for (const [name, service] of Object.entries(tableIn(value, 'services'))) {
      const sources = sourcesOf(service, tableIn(value, 'configs')).map(source => ({
        source,
        at: source.startsWith('/') ? source : posix.join(folder, source),
      }))
      const line = firstLine + own.slice(0, keyOffset(['services', name])).split('\n').length - 1
      for (const {source, at} of sources.filter(({at}) => isOutside(at)))
        entries.push({
          outcome: 'left',
          file: path,
          line,
          key: `services.${name}`,
          nodes: [],
          what: source,
          why: `it leads out of the folder${at === source ? '' : `, to ${at}`}: it is not read`,
        })
      const environment = environmentOf(service)
      const image = textIn(service, 'image')
      const replicas = textIn(service, 'deploy', 'replicas') ?? textIn(service, 'scale')
      const profile = profileOf(environment, texts(valueIn(service, 'command')))
      const networks = Object.values(tableIn(service, 'networks')).flatMap(network =>
        texts(valueIn(network, 'aliases')),
      )
      const aliases = [textIn(service, 'container_name'), textIn(service, 'hostname')].filter(
        alias => alias !== undefined,
      )
      runners.push({
        mounts: sources.map(({at}) => at).filter(at => !isOutside(at)),
        configMaps: [],
        hosts: [name, ...aliases, ...networks],
        environment,
        ...(profile !== undefined && {profile}),
        ...(image !== undefined && {image}),
        ...(replicas !== undefined && Number(replicas) >= 1 && {replicas: Math.floor(Number(replicas))}),
      })
    }
  return {runners, entries}
}
