import {Args, Flags} from '@oclif/core'
import {importText} from '../cli/import-text.js'
import {LabCommand} from '../cli/lab-command.js'
import {importFiles, type ImportResult} from '../lab/import.js'
import {MOST_PORT_OFFSET} from '../model/settings.js'

export default class Import extends LabCommand<typeof Import> {
  static override summary = "Make a lab with the topology and the settings of production's files."

  static override description =
    "Reads deployment.toml files in folders, config maps, Helm charts and compose files; runs nothing and reads nothing outside of them. Addresses become the lab's, passwords and key stores are the lab's own; import-report.md says what became of every key."

  static override examples = [
    '<%= config.bin %> import production',
    '<%= config.bin %> import gateway1.toml key-manager.toml --output lab --release 3.2.0',
  ]

  static override strict = false

  static override args = {
    path: Args.string({description: 'Folder or file; several are taken as one deployment.', required: true}),
  }

  static override flags = {
    output: Flags.string({
      char: 'o',
      summary: 'Folder to write to, new, empty or imported before. Default: apim-lab-import here.',
    }),
    release: Flags.string({summary: 'Release that the files are of; without it, it is told from their keys.'}),
    'port-offset': Flags.integer({
      summary: 'Added to every published port of the lab: addresses that browsers use have it in them.',
      min: 0,
      max: MOST_PORT_OFFSET,
    }),
    'keep-secrets': Flags.boolean({
      summary: "Keep the passwords and secrets of the files; without it they are replaced by the lab's.",
    }),
  }

  async run(): Promise<ImportResult> {
    const {lab, output, release, 'port-offset': portOffset, 'keep-secrets': keepSecrets} = this.flags
    const result = await importFiles(
      {
        paths: this.rest,
        workingDirectory: process.cwd(),
        keepSecrets,
        ...(lab !== undefined && {lab}),
        ...(output !== undefined && {output}),
        ...(release !== undefined && {release}),
        ...(portOffset !== undefined && {portOffset}),
      },
      this.context(),
    )
    this.log(importText(result, process.cwd()))
    return result
  }
}
