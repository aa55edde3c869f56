import {Args} from '@oclif/core'
import {LabCommand} from '../cli/lab-command.js'
import {splitCommand} from '../cli/split-command.js'
import {endBySignal} from '../cli/streaming.js'
import {exec} from '../lab/exec.js'

export default class Exec extends LabCommand<typeof Exec> {
  static override summary = 'Open a shell or run a command in a node; in mysql, the SQL client.'

  static override description =
    "What follows -- is the command's own. The exit status is the command's; input is passed on when it is no terminal."

  static override usage = 'exec NODE [--lab <value>] [-- COMMAND...]'

  static override examples = [
    '<%= config.bin %> exec gateway-1',
    '<%= config.bin %> exec mysql',
    '<%= config.bin %> exec key-manager -- ls -l repository/conf',
    "echo 'show databases' | <%= config.bin %> exec mysql",
  ]

  static override strict = false

  static override args = {
    node: Args.string({
      description: 'A node (gateway-1), or a component that has only one.',
      required: true,
      // The command's input is not an argument of ours.
      ignoreStdin: true,
    }),
  }

  #command: readonly string[] = []

  override async init(): Promise<void> {
    const {own, command} = splitCommand(this.argv)
    this.argv = [...own]
    this.#command = command
    await super.init()
  }

  async run(): Promise<void> {
    const {stdin, stdout, stderr, env} = process
    const context = this.context()
    endBySignal()
    const status = await exec(
      {
        lab: await this.namedLab(),
        node: this.args.node,
        command: this.#command,
        terminal: {
          stdin,
          stdout,
          stderr,
          tty: stdin.isTTY === true && stdout.isTTY === true,
          ...(env['TERM'] !== undefined && {term: env['TERM']}),
        },
      },
      context,
    ).catch((error: unknown) => {
      // Stopped by a signal: nothing was begun that `up` could go on with.
      if (!context.signal.aborted) throw error
      return undefined
    })
    if (status !== undefined) process.exitCode = status
  }
}
