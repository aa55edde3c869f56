import {Args, Flags} from '@oclif/core'
import {packText} from '../../cli/pack-text.js'
import {LabCommand} from '../../cli/lab-command.js'
import {checkCase, type CheckedCase} from '../../lab/cases/check-case.js'
import {theCase} from '../../lab/cases/load-case.js'

export default class CaseCheck extends LabCommand<typeof CaseCheck> {
  static override summary = 'Find the mistakes of a bug report, without a lab: each with line and column.'

  static override description =
    'Keys and values, variables that nothing sets, files that are not there, and nodes, links and databases that its lab does not have.'

  static override examples = [
    '<%= config.bin %> case check bug.yaml',
    '<%= config.bin %> case check bug.yaml --release 3.2.0',
  ]

  static override args = {
    case: Args.string({
      description: 'A file, a folder with a case.yaml, a pack, or the name of a case.',
      required: true,
    }),
  }

  static override flags = {release: Flags.string({summary: "In place of the case's release."})}

  async run(): Promise<CheckedCase> {
    const {release} = this.flags
    const context = this.context()
    const loaded = await theCase(this.args.case, process.cwd(), context)
    try {
      const checked = await checkCase(loaded, {...(release !== undefined && {release})}, context)
      const {case: name, steps, releases, snapshot} = checked
      this.log(`${name}: no mistakes in ${steps} steps, for release ${releases.join(', ')}.`)
      if (snapshot) this.log(`It begins from a snapshot of lab ${snapshot.lab}, saved ${snapshot.created}.`)
      if (loaded.pack) this.log(packText(loaded).join('\n'))
      return checked
    } finally {
      await loaded.close()
    }
  }
}
