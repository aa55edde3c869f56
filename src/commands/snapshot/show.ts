import {Args} from '@oclif/core'
import {LabCommand} from '../../cli/lab-command.js'
import {snapshotText} from '../../cli/snapshots-text.js'
import {showSnapshot, type SnapshotView} from '../../lab/snapshots/show.js'

export default class SnapshotShow extends LabCommand<typeof SnapshotShow> {
  static override summary = 'Show what is in a snapshot, what is not, and which configuration keys differ from now.'

  static override examples = ['<%= config.bin %> snapshot show before']

  static override args = {name: Args.string({required: true, description: 'Name of the snapshot.'})}

  async run(): Promise<SnapshotView> {
    const view = await showSnapshot(await this.namedLab(), this.args.name, this.context())
    this.log(snapshotText(view))
    return view
  }
}
