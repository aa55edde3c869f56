import {Args, Flags} from '@oclif/core'
import {asTyped} from '../../cli/invocation.js'
import {LabCommand} from '../../cli/lab-command.js'
import {LabError} from '../../errors.js'
import {productBuild, type ProductBuildResult} from '../../lab/images/distribution/build.js'
import {imageBuild, type ImageBuildResult} from '../../lab/images/build.js'
import {LOCAL_IMAGES} from '../../model/local-images.js'
import {offlineFlag} from '../../cli/shared-flags.js'

interface Made {
  readonly images: readonly {readonly name: string; readonly built: boolean}[]
}

const noNames = (images: readonly string[]) =>
  new LabError('usage-invalid', `With --from the images are the release's: ${images.join(' ')} can't be named.`, {
    next: ['apim-lab images build --help'],
  })

export default class ImagesBuild extends LabCommand<typeof ImagesBuild> {
  static override summary = `Build our own images from the distribution's packages (${LOCAL_IMAGES.join(', ')}), or the product's from its zip.`

  static override description =
    'What the engine has as it is now is not built again. With --from, the zip (or its unpacked folder) is read to its end and checked first; a lab takes the images with `images: {build: newest}` in its lab file.'

  static override examples = [
    '<%= config.bin %> images build',
    `<%= config.bin %> images build ${LOCAL_IMAGES.slice(-2).join(' ')} --offline`,
    '<%= config.bin %> images build --release 3.2.0 --from wso2am-3.2.0.zip',
    '<%= config.bin %> images build --from wso2am-analytics-3.2.0.zip --jdk /opt/jdk-11',
  ]

  static override args = {
    images: Args.string({
      description: `${LOCAL_IMAGES.slice(0, -1).join(', ')} or ${LOCAL_IMAGES.at(-1)}; those of a usual lab without it.`,
      multiple: true,
    }),
  }

  static override flags = {
    ...offlineFlag,
    from: Flags.string({summary: "The product's zip, or the folder that it was unpacked to.", helpValue: 'ZIP|FOLDER'}),
    release: Flags.string({summary: 'Release that it must be of; any without it.', dependsOn: ['from']}),
    jdk: Flags.string({
      summary: 'Folder with the JDK to put into the image.',
      helpValue: 'FOLDER',
      dependsOn: ['from'],
    }),
    base: Flags.string({summary: 'Image to build on.', helpValue: 'IMAGE', dependsOn: ['from']}),
  }

  async run(): Promise<ImageBuildResult | ProductBuildResult> {
    const {images = []} = this.args as {images?: readonly string[]}
    const {from, release, jdk, base, offline} = this.flags
    if (from === undefined) return this.tell(await imageBuild({images, offline}, this.context()))
    if (images.length > 0) throw noNames(images)
    const result = await productBuild(
      {
        from,
        ...(release !== undefined && {release}),
        ...(jdk !== undefined && {jdk}),
        ...(base !== undefined && {base}),
        offline,
        workingDirectory: process.cwd(),
      },
      this.context(),
    )
    this.tell(result)
    this.log(`${result.distribution}, update level ${result.updateLevel}, SHA-256 ${result.sha256}`)
    this.log(
      `Next, with these lines in apim-lab.yaml:\n  release: "${result.release}"\n  images: {build: newest}\n\n  ${asTyped('apim-lab up')}`,
    )
    return result
  }

  private tell<T extends Made>(result: T): T {
    this.reporter.end()
    const names = (built: boolean) => result.images.filter(image => image.built === built).map(({name}) => name)
    const [made, there] = [names(true), names(false)]
    if (made.length > 0) this.log(`Built ${made.join(', ')}.`)
    if (there.length > 0) this.log(`Already built: ${there.join(', ')}.`)
    return result
  }
}
