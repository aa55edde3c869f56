import type {KeyList} from '../../config/known-keys.js'
import {loadKeys} from '../../config/known-keys.js'
import {readToml} from '../../config/toml-source.js'
import type {Finding} from '../../lint/finding.js'
import {hostsOf} from '../../lint/hosts.js'
import type {LintedFile} from '../../lint/lint.js'
import type {Candidate} from '../../lint/recognise.js'
import type {Release} from '../../model/release.js'
import type {Node, Topology} from '../../model/topology.js'
import {hasLayers} from '../../render/contradictions.js'
import type {LabContext} from '../context.js'

/** A release for each list of keys, with the list: those that share one can't be told apart by it. */
export async function keyCandidates(releases: readonly Release[]): Promise<readonly Candidate[]> {
  const lists = new Set(releases.map(({config}) => config.keys))
  // The first release of a line has the name of its list.
  const named = releases.filter(({name}) => lists.has(name as KeyList))
  return Promise.all(named.map(async is => ({is, release: is.name, keys: await loadKeys(is.config.keys)})))
}

/** The finding where the user wrote the key: in the strongest of the files that are laid over the rendered one. */
function asWritten(finding: Finding, layers: Node['layers']): Finding {
  const files = [...(layers.config ? [layers.config] : []), ...layers.overlays]
  const found = files.toReversed().flatMap(({path, content}) => {
    const source = readToml(content)
    return finding.key !== '' && source.has(finding.key)
      ? [{...finding, file: path, ...source.position(finding.key)}]
      : []
  })
  return found[0] ?? finding
}

/**
 * What is wrong in the configuration of a lab's nodes. Nothing is asked where no file of the user's is laid over it: what the templates
 * made is proven. Nodes of another release than the lab's are passed by.
 */
export async function lintLab(
  topology: Topology,
  files: readonly LintedFile[],
  {releases}: Pick<LabContext, 'releases'>,
): Promise<readonly Finding[]> {
  const {release, nodes} = topology
  if (!nodes.some(hasLayers)) return []
  const [{inOrder, lintSet}, candidates] = await Promise.all([import('../../lint/lint.js'), keyCandidates(releases)])
  const own = files.filter(({node}) => nodes.some(({name, spec}) => name === node && spec.release === undefined))
  const found = lintSet(own, release, candidates.find(({is}) => is.config.keys === release.config.keys)!.keys, {
    others: candidates.filter(({is}) => is.config.keys !== release.config.keys),
    hosts: hostsOf(topology),
  })
  const placed = found.map(finding => {
    const node = nodes.find(({name}) => own.some(file => file.node === name && file.file === finding.file))
    return node ? asWritten(finding, node.layers) : finding
  })
  // A file that is laid over several nodes says the same of each.
  const told = new Set<string>()
  return inOrder(placed).filter(finding => {
    const {file, line, column, code, message} = finding
    const words = [file, line, column, code, message].join('\0')
    const isNew = !told.has(words)
    told.add(words)
    return isNew
  })
}
