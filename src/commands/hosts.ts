import {LabCommand} from '../cli/lab-command.js'
import {settingsOf} from '../cli/lab-flags.js'
import {hosts, type HostsResult} from '../lab/hosts.js'

export default class Hosts extends LabCommand<typeof Hosts> {
  static override summary = 'Print the lines for the hosts file: not every program resolves names below localhost.'

  static override examples = ['<%= config.bin %> hosts', '<%= config.bin %> hosts | sudo tee -a /etc/hosts']

  async run(): Promise<HostsResult> {
    const result = await hosts({flags: settingsOf(this.flags), workingDirectory: process.cwd()}, this.context())
    this.log(result.lines.join('\n'))
    return result
  }
}
