import {Flags} from '@oclif/core'
import {LabCommand} from '../../cli/lab-command.js'
import {pruneSnapshots, type PruneResult} from '../../lab/snapshots/delete.js'
import {waitFlag} from '../../cli/shared-flags.js'

export default class SnapshotPrune extends LabCommand<typeof SnapshotPrune> {
  static override summary = 'Remove what nothing uses: leftovers of saves that died, and seeds whose images are gone.'

  static override examples = ['<%= config.bin %> snapshot prune', '<%= config.bin %> snapshot prune --seeds']

  static override flags = {
    seeds: Flags.boolean({summary: 'Remove all seeds; a new lab makes its own again.'}),
    ...waitFlag,
  }

  async run(): Promise<PruneResult> {
    const {seeds, wait} = this.flags
    const result = await pruneSnapshots({lab: await this.namedLab(), wait, seeds}, this.context())
    this.log(result.removed.length === 0 ? 'Nothing to remove.' : `Removed ${result.removed.join(', ')}.`)
    return result
  }
}
