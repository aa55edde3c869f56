import {statusText} from '../cli/status-text.js'
import {WatchCommand} from '../cli/watch-command.js'
import {statusView} from '../cli/watch-status-view.js'
import {status, type LabStatus} from '../lab/status.js'
import {watchStatus} from '../lab/watch/watch-status.js'
import {watchFlag} from '../cli/shared-flags.js'

export default class Status extends WatchCommand<typeof Status> {
  static override summary = 'Show every node of the lab: state, image, ports, URLs, memory and restarts.'

  static override description =
    'With --watch it goes on until it is stopped or the lab is down: drawn in place on a terminal, elsewhere a line a change, with --json ' +
    'the document first and then one a line for each event.'

  static override examples = [
    '<%= config.bin %> status',
    '<%= config.bin %> status --json',
    '<%= config.bin %> status --watch',
  ]

  static override flags = watchFlag

  async run(): Promise<LabStatus | undefined> {
    const lab = await this.namedLab()
    if (this.flags.watch) {
      await this.showChanges(statusView, (context, watcher) => watchStatus(lab, context, watcher))
      return undefined
    }
    const context = this.context()
    const now = await status(lab, context)
    this.log(statusText(now, {authority: context.data.authorityPath, columns: process.stdout.columns ?? 80}))
    return now
  }
}
