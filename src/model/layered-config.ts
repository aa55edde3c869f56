import {parseConfig, writeConfig, type ConfigFormat, type Table} from './config-table.js'
import {withoutInferred} from './inferred-keys.js'
import {hasKeyPath, withoutKeyPath} from './key-path.js'
import {checkLocalDatabases} from './local-database.js'
import {mergeOverlay, parseOverlay} from './overlay.js'
import {contradictions, withoutOwned, type Contradiction, type Resolve} from './owned-keys.js'
import type {ConfigLayers} from './settings.js'

/** What a node reads, and what its layers say otherwise than the lab. */
export interface LayeredConfig {
  readonly text: string
  readonly contradictions: readonly Contradiction[]
  /** Key paths of `remove` at which something was. */
  readonly removed: readonly string[]
}

/** Name of a file in a comment: on one line, whatever it is. */
const shownName = (path: string) => path.replace(/[^\x20-\x7e\u00a0-\uffff]/g, '?')

function headOf({config, overlays, remove}: ConfigLayers): string {
  const base = config ? `Taken by apim-lab from ${shownName(config.path)}` : 'Rendered by apim-lab'
  const over = overlays.map(({path}) => shownName(path))
  const parts = [
    ...(over.length > 0 ? [`with the overlay ${over.join(', then ')} merged over it`] : []),
    ...(remove.length > 0 ? [`without ${remove.map(shownName).join(', ')}`] : []),
  ]
  return `# ${[base, ...parts].join(', ')}.\n`
}

/**
 * A rendered configuration file, or the one that stands in its place, with overlays merged over it in their order, and without what is
 * removed. Written anew, so comments and layout are lost; without overlay and removal it is the file as it is. Throws
 * `overlay-invalid`.
 */
export function layeredConfig(
  rendered: string,
  format: ConfigFormat,
  layers: ConfigLayers,
  resolve: Resolve = table => table,
): LayeredConfig {
  const {config, overlays, remove} = layers
  if (!config && overlays.length + remove.length === 0) return {text: rendered, contradictions: [], removed: []}
  const lab = parseConfig(rendered, format, 'the rendered file')
  const found: Contradiction[] = []
  let table: Table = lab
  if (config) {
    table = parseConfig(config.content, format, config.path)
    checkLocalDatabases(table, config.path)
    found.push(...contradictions(lab, table, {file: config.path, wins: 'file', resolve}))
  }
  for (const {path, content} of overlays) {
    const over = parseOverlay(content, path)
    const left = withoutOwned(over)
    table = mergeOverlay(withoutInferred(table, left), left, path)
    found.push(...contradictions(table, over, {file: path, wins: 'lab', resolve}))
  }
  const removed = remove.filter(path => hasKeyPath(table, path))
  for (const path of removed) table = withoutKeyPath(table, path)
  const text =
    config && overlays.length + removed.length === 0 ? config.content : headOf(layers) + writeConfig(table, format)
  return {text, contradictions: found, removed}
}
