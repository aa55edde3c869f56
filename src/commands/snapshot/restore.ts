import {Args} from '@oclif/core'
import {LabCommand} from '../../cli/lab-command.js'
import {restoreSnapshot, type RestoreResult} from '../../lab/snapshots/restore.js'
import {timeoutFlag, waitFlag} from '../../cli/shared-flags.js'

export default class SnapshotRestore extends LabCommand<typeof SnapshotRestore> {
  static override summary = 'Bring the lab back to a snapshot; what it has now is lost, unless it is saved first.'

  static override description =
    'Only what differs is stopped, changed and started. Where this fails, or is stopped, the lab is put back to what it was before.'

  static override examples = ['<%= config.bin %> snapshot restore before']

  static override args = {name: Args.string({required: true, description: 'Name of the snapshot.'})}

  static override flags = {...timeoutFlag, ...waitFlag}

  async run(): Promise<RestoreResult> {
    const {name} = this.args
    const {wait, timeout} = this.flags
    const options = {lab: await this.namedLab(), name, wait, ...(timeout !== undefined && {timeoutSeconds: timeout})}
    const result = await restoreSnapshot(options, this.context())
    this.reporter.end()
    const {lab, volumes, files, started, stopped} = result
    const isSame = volumes.length + files.length + started.length + stopped.length === 0
    this.log(
      isSame ? `Nothing to do: lab ${lab} is in the state of ${name}.` : `Lab ${lab} is in the state of ${name}.`,
    )
    return result
  }
}
