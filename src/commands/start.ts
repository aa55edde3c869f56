import {ChangeCommand, nodesArgument} from '../cli/change-command.js'
import type {ChangeResult} from '../lab/change-nodes.js'
import {timeoutFlag, waitFlag} from '../cli/shared-flags.js'

export default class Start extends ChangeCommand<typeof Start> {
  static override summary = 'Start nodes that were stopped, in the order that they need, and wait until they are ready.'

  static override description =
    'Creates and changes nothing: after a restart of the engine it brings back the lab as it was.'

  static override examples = ['<%= config.bin %> start', '<%= config.bin %> start gateway-1 key-manager']

  static override args = nodesArgument

  static override flags = {...timeoutFlag, ...waitFlag}

  run(): Promise<ChangeResult> {
    return this.change('start')
  }
}
