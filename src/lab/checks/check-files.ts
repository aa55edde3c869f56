import {readTemplates} from '../../disk/templates.js'
import {LabError} from '../../errors.js'
import type {Finding} from '../../lint/finding.js'
import type {Topology} from '../../model/topology.js'
import {hasLayers} from '../../render/contradictions.js'
import type {LabContext} from '../context.js'
import {lintLab} from './lint-lab.js'

const textOf = ({file, line, column, code, message, fix}: Finding) =>
  `${file}:${line}:${column}: ${message} (${code}). ${fix}`

/**
 * Warns of what is wrong in the configuration that the user's files make of the lab's. With `stop` it throws `lint-failed` for what keeps
 * the product from starting, or its nodes from working together. Costs nothing where the user has no such files.
 */
export async function checkFiles(
  topology: Topology,
  context: Pick<LabContext, 'templates' | 'reporter' | 'releases'>,
  {stop}: {readonly stop: boolean},
): Promise<void> {
  if (!topology.nodes.some(hasLayers)) return
  const {nodeTexts} = await import('../../render/node-texts.js')
  const findings = await lintLab(topology, nodeTexts(topology, await readTemplates(context.templates)), context)
  const isFatal = ({severity}: Finding) => stop && severity === 'error'
  const {lab} = topology.settings
  for (const finding of findings.filter(each => !isFatal(each) && each.severity !== 'note'))
    context.reporter.on({subject: lab, state: 'warning', text: textOf(finding)})
  const [first, ...others] = findings.filter(isFatal)
  if (first === undefined) return
  throw new LabError('lint-failed', textOf(first), {
    evidence: others.map(textOf),
    next: ['apim-lab lint', 'apim-lab up --force (starts it all the same, to see what happens)'],
  })
}
