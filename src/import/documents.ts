import type {KnownKeys} from '../config/known-keys.js'
import type {ConfigText, InputFile} from './source.js'
import {withoutTemplate, type Templates} from './templates.js'
import {tomlBlocks} from './yaml-blocks.js'

const TOML = /\.toml(?:\.(?:j2|tpl|tmpl|gotmpl))?$/
const YAML = /\.(?:ya?ml|tpl)$/

export const isToml = (path: string): boolean => TOML.test(path)
export const isYaml = (path: string): boolean => YAML.test(path)

/** Names of a file and of its folders, the nearest first; those that all such files have tell nothing. */
function namesOf(path: string): readonly string[] {
  const [file = '', ...folders] = path.split('/').toReversed()
  return [file.replace(TOML, '').replace(YAML, ''), ...folders].filter(
    name => name !== '' && !/^(?:deployment|repository|conf|templates)$/.test(name),
  )
}

const HEADER = /^\s*\[\[?\s*([A-Za-z_]\w*)[\w.'" -]*\]\]?\s*(?:#.*)?$/gm
/** A block without a telling name is a configuration if it has as many tables that the product knows. */
const KNOWN_TABLES = 2

function looksLikeConfig(lists: Iterable<KnownKeys>): (text: string) => boolean {
  const known = new Set([...lists].flatMap(({keys}) => keys.map(key => key.replace(/[.[].*$/, ''))))
  return text => {
    const found = new Set([...text.matchAll(HEADER)].flatMap(([, name = '']) => (known.has(name) ? [name] : [])))
    return found.size >= KNOWN_TABLES
  }
}

function textsOf(file: InputFile, templates: Templates, isConfig: (text: string) => boolean): readonly ConfigText[] {
  const {path} = file
  const names = namesOf(path)
  const text = file.text.startsWith('\ufeff') ? file.text.slice(1) : file.text
  if (isToml(path)) {
    const plain = withoutTemplate(text, templates, {file: path, firstLine: 1})
    return [{file: path, firstLine: 1, ...plain, names}]
  }
  if (!isYaml(path)) return []
  return tomlBlocks({path, text}, templates, isConfig).map(found => ({...found, names: [...found.names, ...names]}))
}

/** Every deployment.toml in the files: TOML files, and blocks of YAML files. */
export function documentsOf(
  files: readonly InputFile[],
  templates: Templates,
  lists: Iterable<KnownKeys>,
): readonly ConfigText[] {
  const isConfig = looksLikeConfig(lists)
  return files.flatMap(file => textsOf(file, templates, isConfig))
}
