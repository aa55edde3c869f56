import {Args} from '@oclif/core'
import {LabCommand} from '../../cli/lab-command.js'
import {deleteSnapshot} from '../../lab/snapshots/delete.js'
import {waitFlag} from '../../cli/shared-flags.js'

export default class SnapshotDelete extends LabCommand<typeof SnapshotDelete> {
  static override summary = 'Delete a snapshot; the lab stays as it is.'

  static override examples = ['<%= config.bin %> snapshot delete before']

  static override args = {name: Args.string({required: true, description: 'Name of the snapshot.'})}

  static override flags = waitFlag

  async run(): Promise<{readonly lab: string; readonly name: string}> {
    const {name} = this.args
    const result = await deleteSnapshot({lab: await this.namedLab(), name, wait: this.flags.wait}, this.context())
    this.log(`Deleted snapshot ${name} of lab ${result.lab}.`)
    return result
  }
}
