import {Args, Flags} from '@oclif/core'
import {LabCommand} from '../../cli/lab-command.js'
import {branchSnapshot, type BranchResult} from '../../lab/snapshots/branch.js'
import {namedLab} from '../../lab/resolve/named-lab.js'
import {allReleases} from '../../model/releases/index.js'
import {waitFlag} from '../../cli/shared-flags.js'

export default class SnapshotBranch extends LabCommand<typeof SnapshotBranch> {
  static override summary = 'Make a second lab from a snapshot, beside the first.'

  static override description =
    '--lab names the lab that is made. Its host names and ports are its own; where the databases have URLs of the first lab, they are changed.'

  static override examples = ['<%= config.bin %> snapshot branch before --lab other --port-offset 2000']

  static override args = {name: Args.string({required: true, description: 'Name of the snapshot.'})}

  static override flags = {
    from: Flags.string({summary: "Lab of the snapshot; without it the lab file's, else the default one."}),
    'port-offset': Flags.integer({summary: 'Added to every published port of the new lab.', required: true, min: 0}),
    ...waitFlag,
  }

  async run(): Promise<BranchResult> {
    const {name} = this.args
    const {from, wait, 'port-offset': portOffset} = this.flags
    const releases = allReleases(this.config.version)
    const options = {
      name,
      wait,
      portOffset,
      lab: await this.namedLab(),
      from: await namedLab(from ?? process.env['APIM_LAB'], () => process.cwd(), releases),
    }
    const result = await branchSnapshot(options, this.context())
    this.reporter.end()
    this.log(`Lab ${result.lab} is up, in the state of lab ${result.from} in ${name}.`)
    return result
  }
}
