import {Args} from '@oclif/core'
import {linksText} from '../cli/links-text.js'
import {WatchCommand} from '../cli/watch-command.js'
import {linksView} from '../cli/watch-links-view.js'
import {EXIT_STATUS} from '../errors.js'
import type {IdentifiedRow} from '../lab-events/link-row.js'
import {links} from '../lab/links/links.js'
import {watchLinks} from '../lab/watch/watch-links.js'
import {watchFlag} from '../cli/shared-flags.js'

export default class Links extends WatchCommand<typeof Links> {
  static override summary =
    'Check every link of the lab: what the running nodes are configured with, and whether it answers.'

  static override description =
    "Each address is read from the configuration file inside the running client, compared with the lab's topology, and asked from the client's " +
    'network. Then the databases: who may log in to which. Exit status 1 if a link is broken. With --watch they are checked again whenever a node ' +
    'changed, and every 30 s.'

  static override examples = [
    '<%= config.bin %> links',
    '<%= config.bin %> links --watch',
    "<%= config.bin %> links 'gateway-1->traffic-manager:5672'",
    `<%= config.bin %> links --json | jq '.[] | select(.state == "broken")'`,
  ]

  static override args = {
    links: Args.string({
      description:
        'Links to check, in quotes: client->server:port or client->server/database; a component stands for all of its nodes. All without it.',
      multiple: true,
      ignoreStdin: true,
    }),
  }

  static override flags = watchFlag

  async run(): Promise<readonly IdentifiedRow[] | undefined> {
    const lab = await this.namedLab()
    const only = this.args.links ?? []
    if (this.flags.watch) {
      await this.showChanges(linksView, (context, watcher) => watchLinks(lab, only, context, watcher))
      return undefined
    }
    const found = await links(lab, this.context(), {only})
    const {rows} = found
    this.log(linksText(found, {lab, columns: process.stdout.columns ?? 80}))
    if (rows.some(({state}) => state === 'broken')) process.exitCode = EXIT_STATUS['link-broken']
    return rows
  }
}
