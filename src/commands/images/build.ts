import {Args} from '@oclif/core'
import {offlineFlag} from '../../cli/image-flags.js'
import {LabCommand} from '../../cli/lab-command.js'
import {imageBuild, type ImageBuildResult} from '../../lab/image-build.js'

export default class ImagesBuild extends LabCommand<typeof ImagesBuild> {
  static override summary = "Build our own images from the distribution's packages: mini, mysql, load-balancer."

  static override description =
    "What the engine has as it is now is not built again. WSO2's images are never built, only pulled or loaded."

  static override examples = [
    '<%= config.bin %> images build',
    '<%= config.bin %> images build mysql load-balancer --offline',
  ]

  static override args = {
    images: Args.string({description: 'mini, mysql or load-balancer; all of them without it.', multiple: true}),
  }

  static override flags = offlineFlag

  async run(): Promise<ImageBuildResult> {
    const {images = []} = this.args as {images?: readonly string[]}
    const result = await imageBuild({images, offline: this.flags.offline}, this.context())
    this.reporter.end()
    const names = (built: boolean) => result.images.filter(image => image.built === built).map(({name}) => name)
    const [made, there] = [names(true), names(false)]
    if (made.length > 0) this.log(`Built ${made.join(', ')}.`)
    if (there.length > 0) this.log(`Already built: ${there.join(', ')}.`)
    return result
  }
}
