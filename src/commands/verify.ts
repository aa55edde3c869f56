import {Flags} from '@oclif/core'
import {LabCommand} from '../cli/lab-command.js'
import {verifyJunit} from '../cli/verify-junit.js'
import {verifyText} from '../cli/verify-text.js'
import {writeReport} from '../disk/report-file.js'
import {EXIT_STATUS} from '../errors.js'
import {verify, type VerifyResult} from '../lab/verify/verify.js'
import {junitFlag} from '../cli/shared-flags.js'

export default class Verify extends LabCommand<typeof Verify> {
  static override summary = 'Walk the life of an API through the running lab, from its creation to its alerts.'

  static override description =
    'An API is created, published, subscribed to, called, throttled, blocked, revoked, echoed over WebSocket and found in analytics, ' +
    'through the load balancer and on each gateway node itself; then all of it is removed, also after a failure. A failed step says what ' +
    'was expected, what came, which links it used, and what their nodes logged about the call. Exit status 1 if a step failed. ' +
    'Takes about a minute and a half: a throttling window and an alert have to pass.'

  static override examples = [
    '<%= config.bin %> verify',
    '<%= config.bin %> verify --keep',
    '<%= config.bin %> verify --junit verify.xml',
    `<%= config.bin %> verify --json | jq '.steps[] | select(.ok | not)'`,
  ]

  static override flags = {
    keep: Flags.boolean({
      summary: 'Leave the API, its application and policies, and print lines of curl to go on with.',
    }),
    ...junitFlag,
  }

  async run(): Promise<VerifyResult> {
    const {keep, junit} = this.flags
    const lab = await this.namedLab()
    const result = await verify({lab, keep, ...(junit !== undefined && {report: junit})}, this.context())
    this.reporter.end()
    if (junit !== undefined) await writeReport(junit, verifyJunit(result))
    this.log(verifyText(result, process.stdout.columns ?? 80))
    if (!result.passed) process.exitCode = EXIT_STATUS['step-failed']
    return result
  }
}
