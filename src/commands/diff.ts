import {Args, Flags} from '@oclif/core'
import {diffText} from '../cli/diff-text.js'
import {LabCommand} from '../cli/lab-command.js'
import {diffOf} from '../lab/diff/diff.js'
import type {Diff as Found} from '../model/diff/diff.js'

/** As of diff(1): 0 the same, 1 different, 2 trouble. */
const DIFFERENT = 1

const WHAT = 'a node, a lab, snapshot:NAME, release:NAME, or a folder or file of configuration'

export default class Diff extends LabCommand<typeof Diff> {
  static override summary = 'Show what differs between two nodes, labs, snapshots, releases or folders, by key.'

  static override description =
    'Compares configuration keys as the product reads them, images, environments and links; never lines. Secrets are not shown, only that they ' +
    'differ. Exit status as of diff: 0 the same, 1 different, 2 trouble. A word with a / is a path; snapshot:LAB/NAME is one of another lab.'

  static override examples = [
    '<%= config.bin %> diff gateway-1 gateway-2',
    '<%= config.bin %> diff snapshot:before apim',
    '<%= config.bin %> diff ./staging ./production --release 3.2.0',
    '<%= config.bin %> diff release:3.1.0 release:3.2.0 --json',
  ]

  static override args = {
    a: Args.string({required: true, description: `${WHAT}.`}),
    b: Args.string({required: true, description: 'The same.'}),
  }

  static override flags = {
    release: Flags.string({summary: 'Release that folders are of; without it the one that their keys tell.'}),
  }

  async run(): Promise<Found> {
    const {release} = this.flags
    const found = await diffOf(
      {
        ...this.args,
        lab: await this.namedLab(),
        workingDirectory: process.cwd(),
        ...(release !== undefined && {release}),
      },
      this.context(),
    )
    this.log(diffText(found, process.stdout.columns ?? 80))
    if (!found.same) process.exitCode = DIFFERENT
    return found
  }
}
