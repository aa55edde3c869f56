import {Args, Flags} from '@oclif/core'
import {LabCommand} from '../../cli/lab-command.js'
import {SEARCH_STOPPED, searchFlags, searchOptions} from '../../cli/search-flags.js'
import {minimizeText, searchLine} from '../../cli/search-text.js'
import {trustCase} from '../../cli/trusted-case.js'
import {theCase} from '../../lab/cases/load-case.js'
import {minimizeCase, type MinimizeReport} from '../../lab/cases/search/minimize.js'
import {replaceFlag} from '../../cli/shared-flags.js'

export default class CaseMinimize extends LabCommand<typeof CaseMinimize> {
  static override summary =
    'Drop nodes, steps, faults and keys of a case while its verdict stays, and write what is left.'

  static override description =
    'What shows the bug is left as it is: with fewer signs anything would be the bug. Results are kept: after Ctrl-C the same command continues. ' +
    'Comments of the parts that stay are kept.'

  static override examples = [
    '<%= config.bin %> case minimize bug.yaml',
    '<%= config.bin %> case minimize bug.yaml --times 3 -o smaller.yaml',
  ]

  static override args = {
    case: Args.string({description: 'A file, a folder with a case.yaml, or the name of a case.', required: true}),
  }

  static override flags = {
    output: Flags.string({char: 'o', summary: 'File to write. Default: NAME.minimal.yaml.'}),
    ...replaceFlag,
    release: Flags.string({summary: "In place of the case's release."}),
    ...searchFlags,
  }

  async run(): Promise<MinimizeReport> {
    const {output, force, release} = this.flags
    const context = this.context()
    const loaded = await theCase(this.args.case, process.cwd(), context)
    try {
      await trustCase(loaded, {trust: this.flags.trust, verb: 'minimize', word: this.args.case}, context)
      const options = searchOptions(this.flags, event => {
        this.reporter.end()
        this.log(searchLine(event))
      })
      const own = {...(output !== undefined && {output}), ...(release !== undefined && {release})}
      const report = await minimizeCase(loaded, {...options, ...own, force, workingDirectory: process.cwd()}, context)
      this.reporter.end()
      this.log(minimizeText(report))
      return report
    } finally {
      await loaded.close()
    }
  }

  protected override whenStopped() {
    return SEARCH_STOPPED
  }
}
