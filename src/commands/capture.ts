import {release} from 'node:os'
import {Flags} from '@oclif/core'
import {LabCommand} from '../cli/lab-command.js'
import {LabError} from '../errors.js'
import {capture, type CaptureResult} from '../lab/capture/capture.js'
import {parseSince} from '../lab/logs/since.js'
import {replaceFlag} from '../cli/shared-flags.js'

const USUAL_WINDOW = '30m'

export default class Capture extends LabCommand<typeof Capture> {
  static override summary = 'Write what is known of the lab into one file, for a report: without its secrets.'

  static override description =
    'A zip with a page, index.html, that opens without a network. It has the lab file and overlays, the rendered files, images with their digests, ' +
    'versions, status, links, lint, logs, containers, the structure of the databases, faults, and the last run of verify; of JVMs three thread dumps ' +
    'and a histogram of the heap. Passwords, tokens and private keys are replaced; what is left out is listed with its reason. A lab that is half broken ' +
    'is captured as far as possible. Check the file before you pass it on: names, addresses and what your APIs log are in it.'

  static override examples = [
    '<%= config.bin %> capture',
    '<%= config.bin %> capture --output report.zip --since 2h',
    '<%= config.bin %> capture --data --json | jq .leftOut',
  ]

  static override flags = {
    output: Flags.string({char: 'o', summary: 'File to write. Default: capture-LAB.zip.', helpValue: 'FILE'}),
    since: Flags.string({
      summary: 'Logs that are newer than a mark, 90s, 10m, 1h30m, 2d, or a date and time.',
      default: USUAL_WINDOW,
      helpValue: 'MARK',
    }),
    data: Flags.boolean({summary: "With the databases' rows, up to 1000 of each table."}),
    ...replaceFlag,
  }

  async run(): Promise<CaptureResult> {
    const {output, since, data, force} = this.flags
    const lab = await this.namedLab()
    const path = output ?? `capture-${lab}.zip`
    if (!path.endsWith('.zip'))
      throw new LabError('usage-invalid', `The file is a zip: ${path} does not end with .zip.`, {
        next: [`apim-lab capture --output ${path}.zip`],
      })
    const result = await capture(
      {
        lab,
        path,
        workingDirectory: process.cwd(),
        force,
        since: parseSince(since, new Date(), 'apim-lab capture'),
        data,
        host: {node: process.version, platform: process.platform, architecture: process.arch, system: release()},
      },
      this.context(),
    )
    this.reporter.end()
    this.log(`Wrote ${result.file}: ${result.parts.length} files, ${Math.ceil(result.sizeBytes / 1000)} KB. Left out:`)
    for (const {what, why} of result.leftOut) this.log(`  ${what}: ${why}`)
    this.log('Its index.html shows what is in it. Check it before you pass it on.')
    return result
  }
}
