import {nodesArgument} from '../cli/change-command.js'
import {LabCommand} from '../cli/lab-command.js'
import {thawNodes, type FreezeResult} from '../lab/freeze.js'
import {waitFlag} from '../cli/shared-flags.js'

export default class Thaw extends LabCommand<typeof Thaw> {
  static override summary = 'Let frozen nodes continue.'

  static override examples = ['<%= config.bin %> thaw traffic-manager', '<%= config.bin %> thaw']

  static override args = nodesArgument

  static override flags = waitFlag

  async run(): Promise<FreezeResult> {
    const {nodes = []} = this.args as {nodes?: readonly string[]}
    const result = await thawNodes({lab: await this.namedLab(), nodes, wait: this.flags.wait}, this.context())
    this.reporter.end()
    this.log(
      result.thawed.length > 0 ? `Thawed: ${result.thawed.join(', ')}.` : 'Nothing to do: none of them is frozen.',
    )
    return result
  }
}
