import {basename} from 'node:path/posix'
import {LabError} from '../errors.js'
import type {ComponentSpec} from './release.js'
import type {ComponentSettings, MountedFile, NodeSettings} from './settings.js'
import type {Node} from './topology.js'

const refused = (component: string, message: string) =>
  new LabError('usage-invalid', `${component}: ${message}.`, {next: ['Correct the lab file']})

type Parts = Readonly<Record<string, MountedFile>> | undefined

const inFolder = (files: Parts, folder: string) =>
  Object.values(files ?? {}).map(file => ({target: `${folder}/${basename(file.path)}`, file}))

function partsOf({name, partFolders}: ComponentSpec, {patches, dropins}: ComponentSettings): Node['files'] {
  if (!patches && !dropins) return []
  if (!partFolders) throw refused(name, 'its image takes no JARs of your own')
  return [...inFolder(patches, partFolders.patches), ...inFolder(dropins, partFolders.dropins)]
}

/**
 * The user's own files in a node's container: the node's own win over its component's. Throws `usage-invalid` where one can't be
 * mounted.
 */
export function ownFiles(spec: ComponentSpec, own: ComponentSettings, node: NodeSettings): Node['files'] {
  const files = Object.entries({...own.files, ...node.files}).map(([target, file]) => ({target, file}))
  const {configMount} = spec
  const hidden = files.find(({target}) => configMount !== undefined && `${target}/`.startsWith(`${configMount}/`))
  if (hidden)
    throw refused(
      spec.name,
      `${hidden.target} lies in ${configMount}, which is the lab's; take the place that it is copied to`,
    )
  return [...files, ...partsOf(spec, own)]
}
