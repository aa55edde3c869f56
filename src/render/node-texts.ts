import {basename} from 'node:path/posix'
import type {LintedFile} from '../lint/lint.js'
import type {Node, Topology} from '../model/topology.js'
import {nodeConfig} from './node-config.js'
import {STAND_IN} from './secrets.js'
import {fileOf} from './node-files.js'
import {renderer, type Templates} from './templates.js'

/** A configuration file of a node, as it would be rendered. */
export interface NodeText {
  readonly node: Node
  /** In the lab folder. */
  readonly file: string
  /** Without its folders. */
  readonly name: string
  readonly text: string
}

/** All configuration files of every node; no secret and no certificate is needed or made. Throws `overlay-invalid`. */
export function configTexts(topology: Topology, templates: Templates): readonly NodeText[] {
  const render = renderer(templates, {hashOf: name => name})
  return topology.nodes.flatMap(node =>
    nodeConfig(node, {topology, secrets: STAND_IN}, render).map(({target, text}) => ({
      node,
      file: fileOf(node, target),
      name: basename(target),
      text,
    })),
  )
}

/** The deployment.toml of every node, for lint. */
export const nodeTexts = (topology: Topology, templates: Templates): readonly LintedFile[] =>
  configTexts(topology, templates)
    .filter(({name}) => name.endsWith('.toml'))
    .map(({node, file, text}) => ({file, text, role: node.component, node: node.name}))
