import {Args, Flags} from '@oclif/core'
import {LabCommand} from '../../cli/lab-command.js'
import {EXIT_STATUS} from '../../errors.js'
import {runSchedule, type RunEvent} from '../../lab/faults/run.js'
import {durationText} from '../../model/duration.js'
import {MOST_SEED} from '../../model/faults/schedule.js'

function text(event: RunEvent): string {
  switch (event.kind) {
    case 'begin':
      return `Seed ${event.seed}, ${event.steps} steps`
    case 'step':
      return `${durationText(event.ms).padStart(8)}  ${event.target ?? 'all'}: ${event.what}  ${event.ids.join(' ')}`
    case 'failed':
      return `${durationText(event.ms).padStart(8)}  ${event.target ?? 'all'}: ${event.what} FAILED: ${event.message}`
    case 'end':
      return `${durationText(event.ms).padStart(8)}  over, ${event.failed} failed`
  }
}

export default class FaultRun extends LabCommand<typeof FaultRun> {
  static override summary = 'Break links and nodes by a schedule: steps at given times, with a seed for random choices.'

  static override description =
    'The file has `steps`, each with `at` (10s, or 10s..20s for a time in between), `on` (a link or a node, or a list to choose from), `fault` (cut, ' +
    '{delay: 300ms}, or a list to choose from) and `for`; or `clear: true`. The same seed gives the same steps at the same times. With --json each ' +
    'thing that is done is a document a line.'

  static override examples = [
    '<%= config.bin %> fault run faults.yaml',
    '<%= config.bin %> fault run faults.yaml --seed 42 --json',
  ]

  static override args = {file: Args.string({description: 'The schedule, as YAML.', required: true})}

  static override flags = {
    seed: Flags.integer({summary: "Instead of the file's; a random one without either.", min: 0, max: MOST_SEED}),
  }

  async run(): Promise<void> {
    this.streams = true
    const {seed} = this.flags
    const tell = (event: RunEvent) =>
      void process.stdout.write(`${this.jsonEnabled() ? JSON.stringify(event) : text(event)}\n`)
    const options = {lab: await this.namedLab(), file: this.args.file, ...(seed !== undefined && {seed}), tell}
    const failed = await runSchedule(options, this.context())
    this.reporter.end()
    if (failed > 0) process.exitCode = EXIT_STATUS['step-failed']
  }
}
