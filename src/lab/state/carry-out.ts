import type {LabFolder} from '../../disk/lab-folder.js'
import type {Engine, ExecuteOptions} from '../../engine/engine.js'
import type {Topology} from '../../model/topology.js'
import type {Plan} from '../../plan/operations.js'
import type {ComposeProject} from '../../render/compose.js'
import type {Secrets} from '../../render/secrets.js'
import type {LabContext} from '../context.js'
import {helperImage} from '../images/image-source.js'
import {tellProbe} from './progress.js'
import {readinessTargets, type DeadlineOptions} from './readiness-targets.js'

/** What a lab's folder knows of it. */
export interface KnownLab {
  readonly project: ComposeProject
  readonly secrets: Secrets
  readonly topology: Topology
}

export interface CarryOutOptions extends DeadlineOptions, Pick<ExecuteOptions, 'observed' | 'seed' | 'nonce'> {
  readonly lab: string
  readonly folder: LabFolder
  readonly engine: Engine
  /** Absent where the lab's folder is gone: then the plan can only stop and remove. */
  readonly known?: KnownLab | undefined
}

/** Has the engine carry out a plan; tells what nodes answer that are waited for. */
export async function carryOut(
  plan: Plan,
  {lab, folder, engine, known, observed, seed, nonce, ...deadlines}: CarryOutOptions,
  {version, reporter, signal}: Pick<LabContext, 'version' | 'reporter' | 'signal'>,
): Promise<void> {
  if (plan.length === 0) return
  await engine.execute(plan, {
    lab,
    folder: folder.path,
    observed,
    ...(known && {
      project: known.project,
      targets: readinessTargets(known.topology, known.project, known.secrets, deadlines),
    }),
    ...(seed && {seed}),
    ...(nonce && {nonce}),
    helperImage: helperImage(version),
    reporter,
    onEvent: tellProbe(reporter),
    signal,
  })
}
