import {Args} from '@oclif/core'
import {imageFlags, imageOptions} from '../../cli/image-flags.js'
import {asTyped} from '../../cli/invocation.js'
import {LabCommand} from '../../cli/lab-command.js'
import {imageSave, type ImageSaveResult} from '../../lab/images/save.js'
import {offlineFlag, replaceFlag} from '../../cli/shared-flags.js'

export default class ImagesSave extends LabCommand<typeof ImagesSave> {
  static override summary = 'Save all images of the lab into one file, for a machine without a network.'

  static override description =
    'The file is written whole or not at all. It is what docker save makes: gzip it if you like, images load and docker load read both.'

  static override examples = [
    '<%= config.bin %> images save images.tar --release mini',
    '<%= config.bin %> images save images.tar --force',
  ]

  static override args = {file: Args.string({name: 'FILE', description: 'File to write.', required: true})}

  static override flags = {
    ...imageFlags,
    ...offlineFlag,
    ...replaceFlag,
  }

  async run(): Promise<ImageSaveResult> {
    const result = await imageSave(
      {...imageOptions(this.flags, process.cwd()), path: this.args.file, force: this.flags.force},
      this.context(),
    )
    this.reporter.end()
    const {file, sizeBytes, images} = result
    this.log(`Saved ${images.length} images, ${Math.round(sizeBytes / 1_000_000)} MB: ${images.join(', ')}`)
    this.log(`Next, on the other machine:\n  ${asTyped(`apim-lab images load ${file}`)}`)
    return result
  }
}
