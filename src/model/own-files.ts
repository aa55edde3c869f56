import {basename} from 'node:path/posix'
import {LabError} from '../errors.js'
import type {ComponentSpec, KeyStoreSpec} from './release.js'
import type {ComponentSettings, LabSettings, MountedFile, NodeSettings} from './settings.js'
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

/** Stores of the user's over the lab's, which lie in the mounted folder already. */
function storesOf({name, securityFolder}: ComponentSpec, own: ComponentSettings, lab: StorePlaces): Node['files'] {
  const {keyStore, trustStore, certificate} = own
  if (!keyStore && !trustStore && certificate !== 'untrusted') return []
  if (securityFolder === undefined) throw refused(name, 'it has no key store of the lab')
  if (lab.tls !== 'lab') throw refused(name, "tls: product leaves the image's own key stores as they are")
  if (keyStore && certificate === 'untrusted')
    throw refused(name, 'keyStore leaves no place for an untrusted certificate')
  return [
    ...(keyStore ? [{target: `${securityFolder}/${lab.file}`, file: keyStore}] : []),
    ...(trustStore ? [{target: `${securityFolder}/${lab.trustFile}`, file: trustStore}] : []),
  ]
}

/** What the lab calls its stores, and whether the nodes have them. */
export type StorePlaces = Pick<KeyStoreSpec, 'file' | 'trustFile'> & Pick<LabSettings, 'tls'>

/**
 * The user's own files in a node's container: the node's own win over its component's. Throws `usage-invalid` where one can't be
 * mounted.
 */
export function ownFiles(
  spec: ComponentSpec,
  own: ComponentSettings,
  node: NodeSettings,
  lab: StorePlaces,
): Node['files'] {
  const files = Object.entries({...own.files, ...node.files}).map(([target, file]) => ({target, file}))
  const {configMount} = spec
  const hidden = files.find(({target}) => configMount !== undefined && `${target}/`.startsWith(`${configMount}/`))
  if (hidden)
    throw refused(
      spec.name,
      `${hidden.target} lies in ${configMount}, which is the lab's; take the place that it is copied to`,
    )
  return [...files, ...partsOf(spec, own), ...storesOf(spec, own, lab)]
}
