import {LabError} from '../errors.js'
import type {ExecTerminal} from '../engine/engine.js'
import {DATABASE_SERVERS} from '../model/releases/servers/index.js'
import {SCHEMA} from '../model/topology.js'
import {nodesOf, type ObservedNode} from '../plan/observed.js'
import type {LabContext} from './context.js'
import {liveLab} from './state/live-lab.js'
import {labOption} from './resolve/named-lab.js'
import {checkThere, knownNodes, pickNode} from './state/pick-nodes.js'

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

const STATES: Partial<Record<ObservedNode['state'], string>> = {
  paused: 'is paused',
  created: 'was never started',
  restarting: 'is restarting',
}

/** Why nothing can be run in a node. */
export function notRunning(lab: string, node: string, seen: ObservedNode | undefined): LabError {
  const option = labOption(lab)
  if (!seen) return new LabError('node-unknown', `${node} is not there.`, {next: [`apim-lab up${option}`]})
  const why = STATES[seen.state] ?? `has ended with exit code ${seen.exitCode ?? 'unknown'}`
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
  const seen = nodesOf(observed).find(({name}) => name === node.name)
  if (seen?.state !== 'running') throw notRunning(lab, node.name, seen)
  return engine.exec(seen, {
    command: command.length > 0 ? command : defaultCommand(node.component),
    terminal,
    signal: context.signal,
  })
}
