import {Flags} from '@oclif/core'
import {confirmOnTerminal} from '../../cli/confirm.js'
import {imageFlags, imageOptions} from '../../cli/image-flags.js'
import {LabCommand} from '../../cli/lab-command.js'
import {imagePull, type ImagePullResult} from '../../lab/images/pull.js'
import {yesFlag} from '../../cli/shared-flags.js'

export default class ImagesPull extends LabCommand<typeof ImagesPull> {
  static override summary = 'Pull the images that the lab needs and this engine lacks.'

  static override description =
    'Uses the logins that docker has (docker login). After an interrupted pull, complete layers stay: pull again. Images that are built here (apim-lab/...) have no registry: see images build.'

  static override examples = ['<%= config.bin %> images pull --release 3.2.0', '<%= config.bin %> images pull --force']

  static override flags = {
    ...imageFlags,
    force: Flags.boolean({summary: 'Pull also what is here: a tag may mean a newer image by now.'}),
    ...yesFlag,
  }

  async run(): Promise<ImagePullResult> {
    const {force, yes} = this.flags
    const result = await imagePull(
      {
        ...imageOptions(this.flags, process.cwd()),
        force,
        ...(process.stdin.isTTY && !yes && {confirm: confirmOnTerminal(this.reporter)}),
      },
      this.context(),
    )
    this.reporter.end()
    const {pulled, here} = result
    this.log(pulled.length > 0 ? `Pulled ${pulled.join(', ')}.` : 'Nothing to pull.')
    if (here.length > 0) this.log(`Already here: ${here.join(', ')}.`)
    return result
  }
}
