import {Args} from '@oclif/core'
import {LabCommand} from '../../cli/lab-command.js'
import {clearFaults, type ClearResult} from '../../lab/faults/clear.js'

export default class FaultClear extends LabCommand<typeof FaultClear> {
  static override summary = 'End faults early, and remove what was left behind.'

  static override examples = ['<%= config.bin %> fault clear', '<%= config.bin %> fault clear 415926']

  static override args = {
    ids: Args.string({description: 'Ids of faults, as `fault list` has them; all without it.', multiple: true}),
  }

  async run(): Promise<ClearResult> {
    const {ids = []} = this.args as {ids?: readonly string[]}
    const result = await clearFaults(await this.namedLab(), ids, this.context())
    this.reporter.end()
    const {cleared} = result
    this.log(cleared.length > 0 ? `Ended ${cleared.join(', ')}.` : 'Nothing to do: there is no fault.')
    return result
  }
}
