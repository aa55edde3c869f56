import {LabError} from '../../errors.js'
import type {Engine} from '../../engine/engine.js'
import {SCHEMA, type Topology} from '../../model/topology.js'
import type {ObservedContainer} from '../../plan/observed.js'
import type {Secrets} from '../../render/secrets.js'
import type {LabContext} from '../context.js'
import {helperImage} from '../images.js'
import {labTopology} from '../status.js'

/** The lab as it is now, and what is needed to ask it. */
export interface Scene {
  readonly topology: Topology
  readonly engine: Engine
  /** By node. */
  readonly containers: ReadonlyMap<string, ObservedContainer>
  /** PEM. */
  readonly authority: string
  readonly secrets: Partial<Secrets>
  readonly folder: string
  readonly helperImage: string
  readonly signal: AbortSignal
}

/** Why a node can't be asked, in words; undefined for one that runs. */
export function notRunning(node: string, {containers}: Pick<Scene, 'containers'>): string | undefined {
  const state = containers.get(node)?.state
  return state === 'running' ? undefined : `${node} is not running (${state ?? 'missing'})`
}

/** The lab as the engine has it now. Throws `lab-not-found` where it has nothing of it. */
export async function sceneOf(lab: string, context: LabContext): Promise<Scene> {
  const engine = await context.engine()
  const observed = await engine.observe(lab)
  const topology = await labTopology(lab, observed, context)
  const nodes = observed.containers.filter(({helper, service}) => !helper && service !== SCHEMA)
  if (!topology || nodes.length === 0)
    throw new LabError('lab-not-found', `Lab ${lab} is not up: there is nothing to ask.`, {
      next: [`apim-lab up --lab ${lab}`],
    })
  const folder = context.data.lab(lab)
  const [authority, secrets] = await Promise.all([context.data.readAuthority(), folder.readPrivate('secrets')])
  return {
    topology,
    engine,
    containers: new Map(nodes.map(container => [container.service, container])),
    authority: authority?.certificate ?? '',
    secrets: secrets === undefined ? {} : (JSON.parse(secrets) as Partial<Secrets>),
    folder: folder.path,
    helperImage: helperImage(context.version),
    signal: context.signal,
  }
}
