import {Args} from '@oclif/core'
import {LabCommand} from '../../cli/lab-command.js'
import {timelineDiffText} from '../../cli/timeline-text.js'
import type {TimelineDiff} from '../../lab-events/timeline-diff.js'
import {timelineDiff} from '../../lab/timeline/diff.js'

export default class TimelineDiffCommand extends LabCommand<typeof TimelineDiffCommand> {
  static override summary = 'Find where a run that went wrong diverges from one that went well.'

  static override description =
    'Both are files of timeline --json. What happened counts, not when, how often or in which order: nodes work side by side. Times, numbers, ids and ' +
    'addresses are masked. Exit status 1 where they differ.'

  static override examples = [
    '<%= config.bin %> timeline diff good.ndjson bad.ndjson',
    '<%= config.bin %> timeline diff good.ndjson bad.ndjson --json | jq .first.event',
  ]

  static override args = {
    good: Args.string({
      required: true,
      name: 'GOOD',
      description: 'Timeline of the run that went well.',
      ignoreStdin: true,
    }),
    bad: Args.string({
      required: true,
      name: 'BAD',
      description: 'Timeline of the one that went wrong.',
      ignoreStdin: true,
    }),
  }

  async run(): Promise<TimelineDiff> {
    const {good, bad} = this.args
    const result = await timelineDiff({good, bad, workingDirectory: process.cwd()})
    this.log(timelineDiffText(result, process.stdout.columns ?? 80))
    if (result.first) process.exitCode = 1
    return result
  }
}
