import {Args} from '@oclif/core'
import {asTyped} from '../../cli/invocation.js'
import {LabCommand} from '../../cli/lab-command.js'
import {exportSnapshot, type ExportResult} from '../../lab/snapshots/export.js'
import {replaceFlag, waitFlag} from '../../cli/shared-flags.js'

export default class SnapshotExport extends LabCommand<typeof SnapshotExport> {
  static override summary = 'Write a snapshot into one file, for another machine or for keeping.'

  static override description =
    "The file is a tar packed with zstd, with a checksum for each part. The lab's passwords and keys are in it: only its owner may read it."

  static override examples = ['<%= config.bin %> snapshot export before before.tar.zst']

  static override args = {
    name: Args.string({required: true, description: 'Name of the snapshot.'}),
    file: Args.string({name: 'FILE', required: true, description: 'File to write.'}),
  }

  static override flags = {...replaceFlag, ...waitFlag}

  async run(): Promise<ExportResult> {
    const {name, file: path} = this.args
    const {force, wait} = this.flags
    const options = {lab: await this.namedLab(), name, path, force, wait, workingDirectory: process.cwd()}
    const result = await exportSnapshot(options, this.context())
    this.reporter.end()
    this.log(`Exported ${name}, ${Math.round(result.sizeBytes / 1_000_000)} MB. The lab's secrets are in it.`)
    this.log(`Next, on the other machine:\n  ${asTyped(`apim-lab snapshot import ${path}`)}`)
    return result
  }
}
