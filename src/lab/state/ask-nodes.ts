import type {ProbeEvent} from '../../lab-events/event.js'
import type {Secrets} from '../../render/secrets.js'
import type {LabContext} from '../context.js'
import {helperImage} from '../images/image-source.js'
import {keptProject, keptSecrets} from './kept-files.js'
import type {LiveLab} from './live-lab.js'
import {readinessTargets} from './readiness-targets.js'

/** Asks nodes of a lab until all of them are ready, or nobody listens any more. Tells nothing where the folder does not know how to ask. */
export async function* askNodes(
  nodes: readonly string[],
  {lab, folder, engine, topology}: LiveLab,
  {version, signal}: Pick<LabContext, 'version' | 'signal'>,
): AsyncGenerator<ProbeEvent> {
  // To read compose.yaml takes a quarter of a short command's time.
  if (!topology || nodes.length === 0) return
  const [project, secrets] = await Promise.all([keptProject(folder), keptSecrets(folder)])
  if (!project || !secrets) return
  const targets = readinessTargets(topology, project, secrets as Secrets)
  const image = helperImage(version)
  yield* engine.probes({lab, folder: folder.path, image, nodes, targets, signal})
}

/** Asks nodes once. */
export async function askOnce(
  nodes: readonly string[],
  live: LiveLab,
  context: Pick<LabContext, 'version' | 'signal'>,
): Promise<readonly ProbeEvent[]> {
  const answers = new Map<string, ProbeEvent>()
  const known = nodes.filter(name => live.topology?.nodes.some(node => node.name === name))
  for await (const event of askNodes(known, live, context)) {
    if (!answers.has(event.node)) answers.set(event.node, event)
    if (answers.size === known.length) break
  }
  context.signal.throwIfAborted()
  return [...answers.values()]
}
