import {Flags} from '@oclif/core'
import {LabCommand} from '../cli/lab-command.js'
import {down, plannedDown} from '../lab/down.js'
import {waitFlag} from '../cli/shared-flags.js'

export default class Down extends LabCommand<typeof Down> {
  static override summary = 'Stop the lab and remove its containers and networks; its data stays unless --volumes.'

  static override examples = [
    '<%= config.bin %> down',
    '<%= config.bin %> down --volumes',
    '<%= config.bin %> down --lab second',
  ]

  static override flags = {
    volumes: Flags.boolean({char: 'v', summary: "Remove the lab's data and its folder too."}),
    'dry-run': Flags.boolean({summary: 'Show what would be removed, and remove nothing.'}),
    ...waitFlag,
  }

  async run(): Promise<{lab: string; removed: number} | {lab: string; plan: readonly object[]}> {
    const lab = await this.namedLab()
    const {volumes, wait, 'dry-run': dryRun} = this.flags
    if (dryRun) {
      const {plan, planText} = await plannedDown({lab, volumes}, this.context())
      this.log(planText === '' ? 'Nothing to do.' : planText.trimEnd())
      return {lab, plan}
    }
    const plan = await down({lab, volumes, wait}, this.context())
    this.reporter.end()
    const removed = plan.filter(({kind}) => kind.startsWith('remove')).length
    this.log(removed === 0 ? `Lab ${lab} is not up: nothing to do.` : `Lab ${lab} is down.`)
    return {lab, removed}
  }
}
