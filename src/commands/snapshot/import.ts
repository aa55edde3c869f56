import {Args, Flags} from '@oclif/core'
import {asTyped} from '../../cli/invocation.js'
import {LabCommand} from '../../cli/lab-command.js'
import {labOption} from '../../lab/resolve/named-lab.js'
import {importSnapshot, type ImportResult} from '../../lab/snapshots/import.js'
import {waitFlag} from '../../cli/shared-flags.js'

export default class SnapshotImport extends LabCommand<typeof SnapshotImport> {
  static override summary = 'Take a snapshot out of a file that snapshot export wrote.'

  static override description =
    'The file is read to its end, and every part checked against its checksum, before anything is used. It is a snapshot of the lab that it was made of.'

  static override examples = ['<%= config.bin %> snapshot import before.tar.zst']

  static override args = {file: Args.string({name: 'FILE', required: true, description: 'File to read.'})}

  static override flags = {
    name: Flags.string({summary: 'Name of the snapshot; without it the one that it had.'}),
    ...waitFlag,
  }

  async run(): Promise<ImportResult> {
    const {name, wait} = this.flags
    const options = {path: this.args.file, workingDirectory: process.cwd(), wait, ...(name !== undefined && {name})}
    const result = await importSnapshot(options, this.context())
    this.reporter.end()
    this.log(
      `Imported ${result.name} of lab ${result.lab}, release ${result.release}. It runs ${result.images.join(', ')}.`,
    )
    const option = labOption(result.lab)
    this.log(
      `Next:\n  ${asTyped(`apim-lab snapshot show ${result.name}${option}`)}\n  ${asTyped(`apim-lab snapshot restore ${result.name}${option}`)}`,
    )
    return result
  }
}
