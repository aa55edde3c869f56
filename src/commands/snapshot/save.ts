import {Args} from '@oclif/core'
import {LabCommand} from '../../cli/lab-command.js'
import {saveSnapshot, type SaveResult} from '../../lab/snapshots/save.js'
import {waitFlag} from '../../cli/shared-flags.js'

export default class SnapshotSave extends LabCommand<typeof SnapshotSave> {
  static override summary = 'Save the lab as it is at one instant: its data, settings, secrets and rendered files.'

  static override description =
    'All nodes are frozen for a moment, so that their stored data is consistent. What they have in memory is not saved. A lab that is stopped can be saved too.'

  static override examples = [
    '<%= config.bin %> snapshot save before',
    '<%= config.bin %> snapshot save before --lab second',
  ]

  static override args = {name: Args.string({required: true, description: 'Name of the snapshot.'})}

  static override flags = waitFlag

  async run(): Promise<SaveResult> {
    const {name} = this.args
    const options = {lab: await this.namedLab(), name, wait: this.flags.wait, workingDirectory: process.cwd()}
    const result = await saveSnapshot(options, this.context())
    this.reporter.end()
    const {frozenMs} = result
    const still = frozenMs === null ? 'none of its nodes ran' : `its nodes were frozen for ${frozenMs} ms`
    this.log(`Saved ${name} of lab ${result.lab}: ${still}.`)
    return result
  }
}
