import {LabError} from '../errors.js'
import type {ExecTerminal} from '../engine/engine.js'
import {DATABASE_SERVERS} from '../model/releases/servers/index.js'
import {SCHEMA} from '../model/topology.js'
import type {ObservedContainer} from '../plan/observed.js'
import type {LabContext} from './context.js'
import {liveLab} from './state/live-lab.js'
import {labOption} from './resolve/named-lab.js'
import {checkThere, knownNodes, ownContainers, pickNode} from './state/pick-nodes.js'

export interface ExecRequest {
  readonly lab: string
  readonly node: string
  /** Empty: a shell, or the SQL client in the database server. */
  readonly command: readonly string[]
  readonly terminal: ExecTerminal
}

const SHELL = ['sh', '-c', 'if command -v bash >/dev/null 2>&1; then exec bash; else exec sh; fi']

/** What runs in a node when no command is named. */
export const defaultCommand = (component: string): readonly string[] =>
  DATABASE_SERVERS.find(({name}) => name === component)?.client ?? SHELL

const STATES: Partial<Record<ObservedContainer['state'], string>> = {
  paused: 'is paused',
  created: 'was never started',
  restarting: 'is restarting',
}

function notRunning(lab: string, node: string, container: ObservedContainer | undefined): LabError {
  const option = labOption(lab)
  if (!container) return new LabError('node-unknown', `${node} is not there.`, {next: [`apim-lab up${option}`]})
  const why = STATES[container.state] ?? `has ended with exit code ${container.exitCode ?? 'unknown'}`
  return new LabError('node-exited', `${node} does not run: it ${why}.`, {
    next:
      node === SCHEMA
        ? [`apim-lab logs ${node}${option}`]
        : [`apim-lab start ${node}${option}`, `apim-lab logs ${node}${option}`],
  })
}

/** Runs a command in a node and returns its exit status. */
export async function exec({lab, node: wanted, command, terminal}: ExecRequest, context: LabContext): Promise<number> {
  const {engine, observed, topology} = await liveLab(lab, context)
  checkThere(lab, observed)
  const node = pickNode(wanted, knownNodes(observed, topology), lab)
  const container = ownContainers(observed).find(({service}) => service === node.name)
  if (container?.state !== 'running') throw notRunning(lab, node.name, container)
  return engine.exec(container.id, {
    command: command.length > 0 ? command : defaultCommand(node.component),
    terminal,
    signal: context.signal,
  })
}
