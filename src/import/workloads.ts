import {isTable} from '../config/table.js'
import {profileOf, type Runner} from './runners.js'
import type {ConfigText, InputFile} from './source.js'
import {withoutTemplate, type Templates} from './templates.js'
import {listIn, tableIn, textIn, valueIn, yamlDocuments, type YamlDocument} from './yaml.js'

function environmentOf(container: unknown): Readonly<Record<string, string>> {
  const pairs = listIn(container, 'env').flatMap(variable => {
    const [name, value] = [textIn(variable, 'name'), textIn(variable, 'value')]
    return name === undefined || value === undefined ? [] : [[name, value] as const]
  })
  return Object.fromEntries(pairs)
}

const texts = (all: readonly unknown[]) => all.filter(item => typeof item === 'string')

/** Services whose selector picks pods with these labels. */
function servicesOf(labels: unknown, all: readonly YamlDocument[]): readonly string[] {
  return all.flatMap(({value}) => {
    const selector = Object.entries(tableIn(value, 'spec', 'selector'))
    const picks = selector.length > 0 && selector.every(([name, wanted]) => valueIn(labels, name) === wanted)
    return textIn(value, 'kind') === 'Service' && picks ? (textIn(value, 'metadata', 'name') ?? []) : []
  })
}

function runnerOf({value}: YamlDocument, all: readonly YamlDocument[]): Runner | undefined {
  const pod = valueIn(value, 'spec', 'template', 'spec')
  const [container] = listIn(pod, 'containers')
  if (container === undefined) return undefined
  const environment = environmentOf(container)
  const profile = profileOf(environment, texts([...listIn(container, 'command'), ...listIn(container, 'args')]))
  const replicas = Number(textIn(value, 'spec', 'replicas') ?? 1)
  const image = textIn(container, 'image')
  const own = textIn(value, 'metadata', 'name')
  const name = textIn(pod, 'hostname')
  return {
    mounts: [],
    configMaps: listIn(pod, 'volumes').flatMap(volume => textIn(volume, 'configMap', 'name') ?? []),
    hosts: [own, name, ...servicesOf(valueIn(value, 'spec', 'template', 'metadata', 'labels'), all)].filter(
      host => host !== undefined,
    ),
    environment,
    ...(profile !== undefined && {profile}),
    ...(image !== undefined && {image}),
    ...(replicas > 1 && {replicas: Math.floor(replicas)}),
  }
}

export interface Workloads {
  readonly runners: readonly Runner[]
  /** Files of config maps that stand there in quotes, not as blocks. */
  readonly quoted: readonly ConfigText[]
}

/** What a cluster runs by these manifests, or templates of them. */
export function workloadsOf(files: readonly InputFile[], templates: Templates): Workloads {
  const byFile = files.map(({path, text}) => ({
    path,
    documents: yamlDocuments(withoutTemplate(text, templates, {file: path, firstLine: 1}).text),
  }))
  const all = byFile.flatMap(({documents}) => documents)
  return {
    runners: all.flatMap(document => runnerOf(document, all) ?? []),
    quoted: byFile.flatMap(({path, documents}) => documents.flatMap(document => quotedIn(document, path))),
  }
}

function quotedIn({value, keyOffset, firstLine, text}: YamlDocument, path: string): readonly ConfigText[] {
  const configMap = textIn(value, 'metadata', 'name')
  const data = valueIn(value, 'data')
  if (textIn(value, 'kind') !== 'ConfigMap' || !isTable(data)) return []
  return Object.entries(data).flatMap(([name, content]) => {
    const offset = keyOffset(['data', name])
    const isBlock = /^[^\n]*:\s*[|>]/.test(text.slice(offset))
    if (!name.endsWith('.toml') || typeof content !== 'string' || isBlock) return []
    return [
      {
        file: path,
        firstLine: firstLine + text.slice(0, offset).split('\n').length - 1,
        text: content,
        left: [],
        names: [name.replace(/\.toml$/, ''), ...(configMap === undefined ? [] : [configMap])],
        ...(configMap !== undefined && {configMap}),
      },
    ]
  })
}
