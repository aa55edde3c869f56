import {LabCommand} from '../cli/lab-command.js'
import {statusText} from '../cli/status-text.js'
import {status, type LabStatus} from '../lab/status.js'

export default class Status extends LabCommand<typeof Status> {
  static override summary = 'Show every node of the lab: state, image, ports, URLs, memory and restarts.'

  static override examples = ['<%= config.bin %> status', '<%= config.bin %> status --json']

  async run(): Promise<LabStatus> {
    const context = this.context()
    const now = await status(await this.namedLab(), context)
    this.log(statusText(now, {authority: context.data.authorityPath, columns: process.stdout.columns ?? 80}))
    return now
  }
}
