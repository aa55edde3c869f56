import {posix} from 'node:path'
import type {Node, Topology} from '../model/topology.js'

/** Where a file of a node lies in the lab folder. `target`: absolute, inside the container. */
export function fileOf({name, spec: {configMount}}: Node, target: string): string {
  const own = posix.join('config', name)
  if (configMount === undefined) return posix.join(own, target)
  const path = posix.relative(configMount, target)
  if (path.startsWith('..')) throw new Error(`${target} of ${name} does not lie below ${configMount}, its mount`)
  return posix.join(own, path)
}

/** Where a node's key store and trust store are, inside its container; undefined where it has the product's own. */
export function storesOf(
  {spec: {securityFolder}}: Node,
  {release, settings}: Topology,
): {readonly keyStore: string; readonly trustStore: string} | undefined {
  // The product's own stores lie in its image already.
  if (securityFolder === undefined || settings.tls === 'product') return undefined
  const {file, trustFile} = release.keyStore
  return {keyStore: `${securityFolder}/${file}`, trustStore: `${securityFolder}/${trustFile}`}
}

/** What of a node's own files is mounted, and where: their folder, or each of them where its image has no folder for them. */
export function ownMounts(
  node: Node,
  topology: Topology,
): readonly {readonly source: string; readonly target: string}[] {
  const {configMount, config} = node.spec
  if (configMount !== undefined) return [{source: posix.join('config', node.name), target: configMount}]
  const targets = [...config.map(({target}) => target), ...Object.values(storesOf(node, topology) ?? {})]
  return targets.map(target => ({source: fileOf(node, target), target}))
}
