import {ChangeCommand, nodesArgument} from '../cli/change-command.js'
import type {ChangeResult} from '../lab/change-nodes.js'
import {timeoutFlag, waitFlag} from '../cli/shared-flags.js'

export default class Restart extends ChangeCommand<typeof Restart> {
  static override summary = 'Stop nodes, start them in the order that they need, and wait until they are ready.'

  static override examples = ['<%= config.bin %> restart', '<%= config.bin %> restart gateway']

  static override args = nodesArgument

  static override flags = {...timeoutFlag, ...waitFlag}

  run(): Promise<ChangeResult> {
    return this.change('restart')
  }
}
