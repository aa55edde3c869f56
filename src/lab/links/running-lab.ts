import {LabError} from '../../errors.js'
import {ADMIN_ACCOUNT} from '../../model/database-server.js'
import type {DatabaseLogin} from '../../model/helper-protocol.js'
import {databasePlace, type Topology} from '../../model/topology.js'
import type {Secrets} from '../../render/secrets.js'
import type {LabContext} from '../context.js'
import {causeOf} from '../state/down-nodes.js'
import {helperImage} from '../images/image-source.js'
import {keptSecrets} from '../state/kept-files.js'
import type {HelperPool} from './helper-pool.js'
import {liveLab, type LiveLab} from '../state/live-lab.js'
import {keptAuthority} from '../files/tls-material.js'

/** A lab that has nodes, and what is needed to ask its nodes. */
export interface RunningLab extends LiveLab {
  readonly topology: Topology
  /** PEM. */
  readonly authority: string
  readonly secrets: Partial<Secrets>
  readonly helperImage: string
  /** Where helpers stay between checks, for somebody who watches the lab. */
  readonly pool?: HelperPool
  readonly signal: AbortSignal
  /** Helpers on their way out: they cost nothing more, but a command does not end before they are gone. */
  readonly closing: Promise<void>[]
  /** Faults that the networks of the clients have, as helpers see them there. */
  readonly marks: {readonly node: string; readonly id: string}[]
}

/** Why a node can't be asked, in words: what was seen of it, and the cause of all that hangs on it. */
export interface NotRunning {
  readonly detail: string
  readonly cause: string
}

/** Undefined for a node that runs. */
export function notRunning(node: string, {nodes}: Pick<RunningLab, 'nodes'>): NotRunning | undefined {
  const seen = nodes.get(node)
  const cause = causeOf(node, seen)
  return cause === undefined ? undefined : {detail: `${node} is not running (${seen?.state ?? 'missing'})`, cause}
}

/** The lab as the engine has it now. Throws `lab-not-found` where it has no node of it. */
export async function runningLab(lab: string, context: LabContext): Promise<RunningLab> {
  const live = await liveLab(lab, context)
  const {topology, nodes, folder} = live
  if (!topology || nodes.size === 0)
    throw new LabError('lab-not-found', `Lab ${lab} is not up: there is nothing to ask.`, {
      next: [`apim-lab up --lab ${lab}`],
    })
  const [authority, secrets] = await Promise.all([keptAuthority(context.data, new Date()), keptSecrets(folder)])
  return {
    ...live,
    topology,
    authority: authority?.certificate ?? '',
    secrets: secrets ?? {},
    helperImage: helperImage(context.version),
    signal: context.signal,
    closing: [],
    marks: [],
  }
}

/** The account behind the SQL client of the lab's database server: it may do everything. */
export const adminLogin = ({topology, secrets}: Pick<RunningLab, 'topology' | 'secrets'>): DatabaseLogin => ({
  protocol: topology.server.protocol,
  ...databasePlace(topology),
  user: ADMIN_ACCOUNT,
  password: secrets.adminAccount ?? '',
})
