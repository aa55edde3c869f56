import {Args, Flags} from '@oclif/core'
import {asTyped} from '../../cli/invocation.js'
import {LabCommand} from '../../cli/lab-command.js'
import {theCase} from '../../lab/cases/load-case.js'
import {packCase, type PackResult} from '../../lab/cases/pack.js'
import {replaceFlag} from '../../cli/shared-flags.js'

export default class CasePack extends LabCommand<typeof CasePack> {
  static override summary = 'Put a bug report and all files that it names into one file, for somebody else to run.'

  static override description =
    'With it go the snapshot that it begins from, the versions, and the ids of the images; with --images the images themselves. Whoever runs it is ' +
    'shown first what it would run: commands, SQL, images, files.'

  static override examples = [
    '<%= config.bin %> case pack bug.yaml -o bug.case.tar.zst',
    '<%= config.bin %> case pack bug.yaml --images (for a machine without a network)',
  ]

  static override args = {
    case: Args.string({description: 'A file, a folder with a case.yaml, or the name of a case.', required: true}),
  }

  static override flags = {
    output: Flags.string({char: 'o', summary: 'File to write. Default: NAME.case.tar.zst.', helpValue: 'FILE'}),
    images: Flags.boolean({summary: 'With the images that its lab needs: all of them have to be on the engine.'}),
    ...replaceFlag,
  }

  async run(): Promise<PackResult> {
    const context = this.context()
    const loaded = await theCase(this.args.case, process.cwd(), context)
    const {output = `${loaded.case.name}.case.tar.zst`, images, force} = this.flags
    try {
      const packed = await packCase(loaded, {output, workingDirectory: process.cwd(), images, force}, context)
      this.reporter.end()
      const {files, packedImages, secrets} = packed
      const brought = packedImages.length === 0 ? '' : `; images ${packedImages.join(', ')}`
      this.log(`Wrote ${packed.file}: ${files.join(', ')}${brought}`)
      if (secrets)
        this.log(
          'The passwords and keys of the lab that the snapshot is of are in it: give it only to people you trust.',
        )
      this.log(`Next: ${asTyped(`apim-lab case run ${output}`)}`)
      return packed
    } finally {
      await loaded.close()
    }
  }
}
