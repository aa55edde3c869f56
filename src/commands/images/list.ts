import {imageFlags, imageOptions} from '../../cli/image-flags.js'
import {imagesText} from '../../cli/images-text.js'
import {LabCommand} from '../../cli/lab-command.js'
import {imageList, type ImageList} from '../../lab/images/list.js'
import {offlineFlag} from '../../cli/shared-flags.js'

export default class ImagesList extends LabCommand<typeof ImagesList> {
  static override summary = 'List the images that the lab needs, and what this engine has of them.'

  static override description =
    'LAB MADE WITH tells whether a name still means the image that the last up used; the next up recreates the nodes of one that does not.'

  static override examples = [
    '<%= config.bin %> images list',
    '<%= config.bin %> images list --release 3.2.0 --offline',
    "<%= config.bin %> images list --json | jq -r '.images[] | select(.here | not) | .name'",
  ]

  static override flags = {...imageFlags, ...offlineFlag}

  async run(): Promise<ImageList> {
    const list = await imageList(imageOptions(this.flags, process.cwd()), this.context())
    this.log(imagesText(list, process.stdout.isTTY ? (process.stdout.columns ?? 80) : Infinity))
    return list
  }
}
