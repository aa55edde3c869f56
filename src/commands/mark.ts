import {Args} from '@oclif/core'
import {LabCommand} from '../cli/lab-command.js'
import {mark} from '../lab/mark.js'

/** What others may rely on in `mark --json`. */
interface MarkDocument {
  readonly mark: string
}

export default class Mark extends LabCommand<typeof Mark> {
  static override summary = "Print a mark: the engine's time, to wait for what is logged after it."

  static override description =
    'It is the time that the engine would give to a log line now, to the nanosecond, and the same for all nodes and labs. Take it before what you ' +
    'do, and give it to --since of wait and logs.'

  static override args = {
    name: Args.string({description: 'Its name in timeline: deployed.', ignoreStdin: true}),
  }

  static override examples = [
    'M=$(<%= config.bin %> mark)',
    `<%= config.bin %> mark 'policy deployed'`,
    `<%= config.bin %> wait gateway --log 900901 --since "$M"`,
    `<%= config.bin %> logs --since "$M"`,
  ]

  async run(): Promise<MarkDocument> {
    const text = await mark(this.context(), this.args.name)
    this.log(text)
    return {mark: text}
  }
}
