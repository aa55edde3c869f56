import {Args, type Command} from '@oclif/core'
import {changeNodes, type Change, type ChangeResult} from '../lab/change-nodes.js'
import {LabCommand} from './lab-command.js'

export const nodesArgument = {
  nodes: Args.string({
    description: 'Nodes (gateway-1) or components (gateway: all of its nodes); all without it.',
    multiple: true,
  }),
}

const DONE: Readonly<Record<Change, {readonly done: string; readonly nothing: string}>> = {
  start: {done: 'Started', nothing: 'Nothing to do: all of them run.'},
  stop: {done: 'Stopped', nothing: 'Nothing to do: none of them runs.'},
  restart: {done: 'Restarted', nothing: 'Nothing to do.'},
}

/** What `start`, `stop` and `restart` share. */
export abstract class ChangeCommand<T extends typeof Command> extends LabCommand<T> {
  protected async change(change: Change): Promise<ChangeResult> {
    const {nodes = []} = this.args as {nodes?: readonly string[]}
    const {wait, timeout} = this.flags as {wait: boolean; timeout?: number}
    const context = this.context()
    const result = await changeNodes(
      change,
      {
        lab: await this.namedLab(),
        nodes,
        wait,
        ...(timeout !== undefined && {timeoutSeconds: timeout}),
      },
      context,
    )
    this.reporter.end()
    const changed = change === 'stop' ? result.stopped : result.started
    const {done, nothing} = DONE[change]
    this.log(changed.length > 0 ? `${done} ${changed.join(', ')}.` : nothing)
    return result
  }
}
