import {Flags} from '@oclif/core'
import {LabCommand} from '../cli/lab-command.js'
import {settingFlags, settingsOf, strictFlag} from '../cli/lab-flags.js'
import {render, type RenderResult} from '../lab/render.js'

export default class Render extends LabCommand<typeof Render> {
  static override summary =
    'Write the lab as plain files that docker compose up runs without apim-lab; needs no engine.'

  static override description =
    "The files hold the lab's passwords and its private key: the folder is yours alone (0700). Without a named release: the one this lab has, else 3.2.0."

  static override examples = [
    '<%= config.bin %> render',
    '<%= config.bin %> render --release mini --scale gateway=2 --output two-gateways',
  ]

  static override flags = {
    output: Flags.string({
      char: 'o',
      summary: 'Folder to write to, new, empty or rendered before. Default: <lab>-rendered here.',
    }),
    ...settingFlags,
    ...strictFlag,
  }

  async run(): Promise<RenderResult> {
    const {output, file, strict} = this.flags
    const result = await render(
      {
        flags: settingsOf(this.flags),
        workingDirectory: process.cwd(),
        strict,
        ...(file !== undefined && {file}),
        ...(output !== undefined && {output}),
      },
      this.context(),
    )
    this.reporter.end()
    const {lab, release, releaseReason, folder, files, builtImages} = result
    this.log(`Lab ${lab}, release ${release} (${releaseReason}): ${files.length} files in ${folder}`)
    if (builtImages.length > 0) this.log(`Images that up builds and no registry has: ${builtImages.join(', ')}`)
    this.log(`Next:\n  docker compose --file ${folder}/compose.yaml up --detach --wait`)
    return result
  }
}
