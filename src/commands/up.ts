import {Flags} from '@oclif/core'
import {confirmOnTerminal} from '../cli/confirm.js'
import {LabCommand} from '../cli/lab-command.js'
import {statusText} from '../cli/status-text.js'
import {status, type LabStatus} from '../lab/status.js'
import {up} from '../lab/up.js'
import {parseScale} from '../model/scale.js'

export default class Up extends LabCommand<typeof Up> {
  static override summary = 'Bring the lab up, or as far up as it is not, and wait until every node is ready.'

  static override description =
    'A second run finds nothing to do; after a change it recreates only what changed; after a failure it goes on where it stopped.'

  static override examples = [
    '<%= config.bin %> up --release mini',
    '<%= config.bin %> up --scale gateway=2 --scale traffic-manager=2',
    '<%= config.bin %> up --lab second --port-offset 1000',
    '<%= config.bin %> up --dry-run',
  ]

  static override flags = {
    release: Flags.string({summary: 'Release to run, such as 3.2.0 or mini.'}),
    file: Flags.string({summary: 'Lab file; without it the nearest apim-lab.yaml upwards.'}),
    scale: Flags.string({summary: 'Nodes of a component, such as gateway=2; 0 leaves it out.', multiple: true}),
    analytics: Flags.boolean({summary: 'With or without the analytics components.', allowNo: true}),
    'port-offset': Flags.integer({
      summary: 'Added to every published port, for labs side by side.',
      min: 0,
      max: 50_000,
    }),
    'dry-run': Flags.boolean({summary: 'Show what would be done, and why.'}),
    timeout: Flags.integer({summary: 'Seconds that each node may take to become ready.', min: 1}),
    rollback: Flags.boolean({summary: 'After a failure, remove what this run made.'}),
    offline: Flags.boolean({summary: 'Ask no registry.'}),
    yes: Flags.boolean({char: 'y', summary: 'Pull more than 1 GB without asking.'}),
    force: Flags.boolean({summary: 'Start although memory is short.'}),
    reset: Flags.boolean({summary: 'Forget the settings that this lab keeps.'}),
    wait: Flags.boolean({summary: 'Wait for another command on this lab instead of failing.'}),
  }

  async run(): Promise<LabStatus | object> {
    const {flags} = this
    const context = this.context()
    const result = await up(
      {
        flags: {
          ...(flags.lab !== undefined && {lab: flags.lab}),
          ...(flags.release !== undefined && {release: flags.release}),
          ...(flags.scale && {scale: parseScale(flags.scale)}),
          ...(flags.analytics !== undefined && {analytics: flags.analytics}),
          ...(flags['port-offset'] !== undefined && {portOffset: flags['port-offset']}),
        },
        workingDirectory: process.cwd(),
        ...(flags.file !== undefined && {file: flags.file}),
        offline: flags.offline,
        dryRun: flags['dry-run'],
        force: flags.force,
        reset: flags.reset,
        rollback: flags.rollback,
        wait: flags.wait,
        ...(flags.timeout !== undefined && {timeoutSeconds: flags.timeout}),
        ...(process.stdin.isTTY && !flags.yes && {confirm: confirmOnTerminal(this.reporter)}),
      },
      context,
    )
    this.reporter.end()
    const {lab, release, releaseReason, plan, planText} = result
    if (flags['dry-run']) {
      this.log(planText === '' ? 'Nothing to do.' : planText.trimEnd())
      return {lab, release, releaseReason, plan}
    }
    const now = await status(lab, context, {releaseReason, provenReady: true})
    if (plan.length === 0) this.log('Nothing to do: the lab is as it should be.\n')
    this.log(statusText(now, {authority: context.data.authorityPath, columns: process.stdout.columns ?? 80}))
    this.log(`Release ${release} (${releaseReason})`)
    return now
  }
}
