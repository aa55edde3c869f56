import {Args} from '@oclif/core'
import {faultFlags, secondsOf} from '../../cli/fault-flags.js'
import {asTyped} from '../../cli/invocation.js'
import {LabCommand} from '../../cli/lab-command.js'
import type {FaultOptions} from '../../model/faults/fault.js'
import {addFault, type AddedFault} from '../../lab/faults/add.js'
import {labOption} from '../../lab/resolve/named-lab.js'

export default class FaultAdd extends LabCommand<typeof FaultAdd> {
  static override summary = 'Break a link or a node on purpose, for a while.'

  static override description =
    'It is made inside the network of the client, or of the node, and ends by itself after 60 s or --for, also if this command is killed. ' +
    'Connections that are open are hit too. What is killed, stopped or out of memory stays so until it is started.'

  static override examples = [
    "<%= config.bin %> fault add 'gateway-1->traffic-manager-1:5672' --cut",
    "<%= config.bin %> fault add 'gateway->key-manager:9443' --delay 300ms --jitter 50ms --for 2m",
    "<%= config.bin %> fault add 'publisher-1->gateway-1:9443' --loss 20% --direction to",
    '<%= config.bin %> fault add traffic-manager-1 --pause --for 20s',
    '<%= config.bin %> fault add gateway-1 --disk-full /tmp',
  ]

  static override args = {
    target: Args.string({
      description: "A link's id in quotes, as `links` has it, or a node; a component stands for all of its nodes.",
      required: true,
    }),
  }

  static override flags = faultFlags

  async run(): Promise<AddedFault> {
    const {target} = this.args
    const {for: lasts, ...options} = this.flags
    const lab = await this.namedLab()
    const added = await addFault(
      {lab, target, fault: options as FaultOptions, seconds: secondsOf(lasts)},
      this.context(),
    )
    this.reporter.end()
    const {id, what, links, nodes, until, notes} = added
    const where = links.length > 0 ? links : nodes
    if (until === null) {
      this.log(`${where.join(', ')}: ${what}.`)
      this.log(`Next: ${asTyped(`apim-lab start${labOption(lab)}`)}`)
      return added
    }
    this.log(`Fault ${id}: ${what}, until ${until.slice(11, 19)}Z, of`)
    for (const one of where) this.log(`  ${one}`)
    for (const note of notes) this.log(`! ${note}`)
    this.log(`Next: ${asTyped(`apim-lab fault clear ${id}${labOption(lab)}`)} (ends it sooner)`)
    return added
  }
}
