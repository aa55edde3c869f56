import {faultsText} from '../../cli/faults-text.js'
import {LabCommand} from '../../cli/lab-command.js'
import {listFaults, type FaultList} from '../../lab/faults/list.js'

export default class FaultListCommand extends LabCommand<typeof FaultListCommand> {
  static override summary = 'Show the faults: since when, and for how long still.'

  static override description =
    'Read from the engine and from the networks of the nodes: what a helper that was killed has left is shown too.'

  static override examples = ['<%= config.bin %> fault list', '<%= config.bin %> fault list --json']

  async run(): Promise<FaultList> {
    const list = await listFaults(await this.namedLab(), this.context())
    this.reporter.end()
    this.log(faultsText(list, process.stdout.columns ?? 80))
    return list
  }
}
