import {nodesArgument} from '../cli/change-command.js'
import {LabCommand} from '../cli/lab-command.js'
import {freezeNodes, type FreezeResult} from '../lab/freeze.js'
import {waitFlag} from '../cli/shared-flags.js'

export default class Freeze extends LabCommand<typeof Freeze> {
  static override summary = 'Freeze the processes of nodes; thaw lets them continue.'

  static override description =
    'Connections stay open and nothing is lost: others see a node that no longer answers. A frozen node stays so until thaw, start or up.'

  static override examples = ['<%= config.bin %> freeze traffic-manager', '<%= config.bin %> freeze']

  static override args = nodesArgument

  static override flags = waitFlag

  async run(): Promise<FreezeResult> {
    const {nodes = []} = this.args as {nodes?: readonly string[]}
    const result = await freezeNodes({lab: await this.namedLab(), nodes, wait: this.flags.wait}, this.context())
    this.reporter.end()
    this.log(result.frozen.length > 0 ? `Frozen: ${result.frozen.join(', ')}.` : 'Nothing to do: none of them runs.')
    return result
  }
}
