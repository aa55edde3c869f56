import type {SeedRow, SnapshotList} from '../lab/snapshots/list.js'
import type {SnapshotView} from '../lab/snapshots/show.js'
import {labOption} from '../lab/resolve/named-lab.js'
import {asTyped} from './invocation.js'
import {table} from './table.js'

const MB = 1_000_000

const sizeText = (bytes: number) => `${(bytes / MB).toFixed(1)} MB`
const timeText = (iso: string) => iso.replace('T', ' ').replace(/\..*$/, '')

/** The snapshots of a lab, a line each. */
export function snapshotsText({lab, snapshots}: SnapshotList, columns: number): string {
  if (snapshots.length === 0)
    return `Lab ${lab} has no snapshot.\nNext:\n  ${asTyped(`apim-lab snapshot save NAME${labOption(lab)}`)}`
  const rows = snapshots.map(({name, created, release, bytes, running, whole}) => [
    name,
    timeText(created),
    release,
    running === 0 ? 'stopped' : `${running} nodes`,
    whole ? sizeText(bytes) : 'its data is gone',
  ])
  return table(['SNAPSHOT', 'SAVED (UTC)', 'RELEASE', 'RAN', 'DATA'], rows, columns)
}

export function seedsText(seeds: readonly SeedRow[], columns: number): string {
  if (seeds.length === 0) return 'There are no seeds: the next new lab makes one.'
  const rows = seeds.map(({name, whole, usable}) => [
    name,
    whole ? 'whole' : 'its data is gone',
    usable ? 'new labs begin with it' : 'made from images that are gone',
  ])
  return table(['SEED', 'STATE', 'USE'], rows, columns)
}

/** What is in a snapshot, what is not, and what is another now. */
export function snapshotText(view: SnapshotView): string {
  const {name, lab, release, created, frozenMs, nodes, volumes, bytes, labFile, without, differs, settings} = view
  const still = frozenMs === null ? 'no node ran' : `all nodes were frozen for ${frozenMs} ms`
  const changed = [
    ...settings.map(key => [key, 'setting']),
    ...differs.flatMap(({file, keys}) => (keys.length === 0 ? [['-', file]] : keys.map(key => [key, file]))),
  ]
  return [
    `Snapshot ${name} of lab ${lab}: release ${release}, saved ${timeText(created)} UTC; ${still}.`,
    '',
    table(
      ['VOLUME', 'FILES', 'SIZE'],
      [...volumes.map(it => [it.key, String(it.files), sizeText(it.bytes)]), ['in all', '', sizeText(bytes)]],
    ),
    '',
    `With the lab's settings, secrets, certificates and rendered files${labFile ? ', and the lab file' : ''}.`,
    '',
    table(
      ['NODE', 'STATE', 'IMAGE'],
      nodes.map(it => [it.name, it.state, `${it.image} ${it.imageId.replace(/^sha256:/, '').slice(0, 12)}`]),
    ),
    '',
    'Not in it: what nodes have in memory, logs, and',
    table(
      ['COMPONENT', 'PATH', 'WHY NOTHING IS LOST'],
      without.map(it => [it.component, it.path, it.reason]),
    ),
    '',
    ...(changed.length === 0
      ? ['The lab has the same settings and configuration now.']
      : [
          'Otherwise now:',
          table(['KEY', 'WHERE'], changed),
          'Next:',
          `  ${asTyped(`apim-lab diff snapshot:${name} ${lab}${labOption(lab)}`)}`,
        ]),
  ].join('\n')
}
