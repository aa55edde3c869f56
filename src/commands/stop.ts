import {ChangeCommand, nodesArgument} from '../cli/change-command.js'
import type {ChangeResult} from '../lab/change-nodes.js'
import {waitFlag} from '../cli/shared-flags.js'

export default class Stop extends ChangeCommand<typeof Stop> {
  static override summary = 'Stop nodes; containers, networks and data stay.'

  static override examples = ['<%= config.bin %> stop', '<%= config.bin %> stop traffic-manager']

  static override args = nodesArgument

  static override flags = waitFlag

  run(): Promise<ChangeResult> {
    return this.change('stop')
  }
}
