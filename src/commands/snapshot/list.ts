import {Flags} from '@oclif/core'
import {LabCommand} from '../../cli/lab-command.js'
import {seedsText, snapshotsText} from '../../cli/snapshots-text.js'
import {listSeeds, listSnapshots, type SeedRow, type SnapshotList as List} from '../../lab/snapshots/list.js'

export default class SnapshotList extends LabCommand<typeof SnapshotList> {
  static override summary = 'List the snapshots of the lab, or the seeds that new labs begin with.'

  static override examples = ['<%= config.bin %> snapshot list', '<%= config.bin %> snapshot list --seeds']

  static override flags = {
    seeds: Flags.boolean({summary: 'The databases that new labs are copied from, instead.'}),
  }

  async run(): Promise<List | {readonly seeds: readonly SeedRow[]}> {
    const columns = process.stdout.isTTY ? (process.stdout.columns ?? 80) : Infinity
    if (this.flags.seeds) {
      const list = await listSeeds(this.context())
      this.log(seedsText(list.seeds, columns))
      return list
    }
    const list = await listSnapshots(await this.namedLab(), this.context())
    this.log(snapshotsText(list, columns))
    return list
  }
}
