import {Flags} from '@oclif/core'
import {confirmOnTerminal} from '../cli/confirm.js'
import {LabCommand} from '../cli/lab-command.js'
import {settingFlags, settingsOf, strictFlag} from '../cli/lab-flags.js'
import {statusText} from '../cli/status-text.js'
import {curlText} from '../cli/verify-text.js'
import {status, type LabStatus} from '../lab/status.js'
import {up} from '../lab/up.js'
import {seed} from '../lab/verify/verify.js'
import {offlineFlag, timeoutFlag, waitFlag, yesFlag} from '../cli/shared-flags.js'

export default class Up extends LabCommand<typeof Up> {
  static override summary = 'Bring the lab up: start what does not run yet, and wait until every node is ready.'

  static override description =
    'A second run finds nothing to do; after a change it recreates only what changed; after a failure it continues where it stopped.'

  static override examples = [
    '<%= config.bin %> up --release mini',
    '<%= config.bin %> up --scale gateway=2 --scale traffic-manager=2',
    '<%= config.bin %> up --lab second --port-offset 2000',
    '<%= config.bin %> up --dry-run',
    '<%= config.bin %> up --seed',
  ]

  static override flags = {
    ...settingFlags,
    ...strictFlag,
    'dry-run': Flags.boolean({summary: 'Show what would be done, and why.'}),
    ...timeoutFlag,
    rollback: Flags.boolean({summary: 'After a failure, remove what this run made.'}),
    ...offlineFlag,
    ...yesFlag,
    force: Flags.boolean({summary: 'Start although memory is short, or lint finds errors.'}),
    reset: Flags.boolean({summary: 'Forget the settings that this lab keeps.'}),
    seed: Flags.boolean({
      summary: 'Then make an API that can be called, and print lines of curl for it.',
      exclusive: ['dry-run'],
    }),
    'no-seed': Flags.boolean({
      summary: "Make the databases by the release's scripts, not from the copy that labs begin with.",
    }),
    ...waitFlag,
  }

  async run(): Promise<LabStatus | object> {
    const {flags} = this
    const context = this.context()
    const result = await up(
      {
        flags: settingsOf(flags),
        workingDirectory: process.cwd(),
        ...(flags.file !== undefined && {file: flags.file}),
        offline: flags.offline,
        dryRun: flags['dry-run'],
        force: flags.force,
        reset: flags.reset,
        rollback: flags.rollback,
        wait: flags.wait,
        strict: flags.strict,
        scripts: flags['no-seed'],
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
    if (!flags.seed) {
      this.log(`Release ${release} (${releaseReason})`)
      return now
    }
    const {curl} = await seed(lab, context)
    this.reporter.end()
    this.log([...curlText(curl), ''].join('\n'))
    this.log(`Release ${release} (${releaseReason})`)
    return {...now, curl}
  }
}
