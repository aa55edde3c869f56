import type {LintedFile} from '../lint/lint.js'
import type {Topology} from '../model/topology.js'
import {nodeConfig} from './node-config.js'
import {STAND_IN} from './secrets.js'
import {fileOf} from './node-files.js'
import {renderer, type Templates} from './templates.js'

/** The deployment.toml of every node, as it would be rendered; no secret and no certificate is needed or made. */
export function nodeTexts(topology: Topology, templates: Templates): readonly LintedFile[] {
  const render = renderer(templates, {hashOf: name => name})
  return topology.nodes
    .filter(({spec}) => spec.config.some(({format}) => format === 'toml'))
    .flatMap(node =>
      nodeConfig(node, {topology, secrets: STAND_IN}, render)
        .filter(({target}) => target.endsWith('.toml'))
        .map(({target, text}) => ({
          file: fileOf(node, target),
          text,
          role: node.component,
          node: node.name,
        })),
    )
}
