import {Args} from '@oclif/core'
import {asTyped} from '../../cli/invocation.js'
import {LabCommand} from '../../cli/lab-command.js'
import {imageLoad, type ImageLoadResult} from '../../lab/images/load.js'
import {labOption} from '../../lab/resolve/named-lab.js'

export default class ImagesLoad extends LabCommand<typeof ImagesLoad> {
  static override summary = 'Load images from a file of images save or docker save, gzipped or not.'

  static override description =
    'The file is read to its end first: one that is cut off, or holds no images, is refused before the engine has half of it.'

  static override examples = [
    '<%= config.bin %> images load images.tar',
    '<%= config.bin %> images load images.tar.gz --json',
  ]

  static override args = {file: Args.string({name: 'FILE', description: 'File to load.', required: true})}

  async run(): Promise<ImageLoadResult> {
    const {lab} = this.flags
    const result = await imageLoad(
      {path: this.args.file, flags: {...(lab !== undefined && {lab})}, workingDirectory: process.cwd()},
      this.context(),
    )
    this.reporter.end()
    const {images, missing, release} = result
    const option = `${labOption(result.lab)} --release ${release}`
    this.log(images.length > 0 ? `Loaded ${images.map(({name}) => name).join(', ')}.` : 'Loaded no image with a name.')
    if (missing.length > 0) this.log(`Release ${release} still lacks ${missing.join(', ')}.`)
    else this.log(`Next:\n  ${asTyped(`apim-lab up${option} --offline`)}`)
    return result
  }
}
