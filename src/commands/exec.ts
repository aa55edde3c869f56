import {Args} from '@oclif/core'
import {BoundedBuffer} from '../lab/bounded-buffer.js'
import {LabCommand} from '../cli/lab-command.js'
import {splitCommand} from '../cli/split-command.js'
import {endBySignal} from '../cli/streaming.js'
import {exec} from '../lab/exec.js'
import {DATABASE_SERVERS} from '../model/releases/servers/index.js'

/** What a command wrote and how it ended: what others may rely on in `exec --json`. */
interface ExecDocument {
  readonly lab: string
  readonly node: string
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
  /** More came than is kept. */
  readonly truncated: boolean
}

const [{name: SERVER}] = DATABASE_SERVERS
const MOST_BYTES = 16 * 1024 * 1024

export default class Exec extends LabCommand<typeof Exec> {
  static override summary = `Open a shell or run a command in a node; in ${SERVER}, the SQL client.`

  static override description =
    "What follows -- is the command. The exit status is the command's; input is passed on when it is not a terminal. " +
    '--json, before --, prints one document when the command has ended: lab, node, exitCode, stdout, stderr (each up to 16 MB; ' +
    'truncated tells whether more came).'

  static override usage = 'exec NODE [--lab <value>] [-- COMMAND...]'

  static override examples = [
    '<%= config.bin %> exec gateway-1',
    `<%= config.bin %> exec ${SERVER}`,
    '<%= config.bin %> exec key-manager -- ls -l repository/conf',
    `echo 'show databases' | <%= config.bin %> exec ${SERVER}`,
    '<%= config.bin %> exec gateway-1 --json -- cat /etc/hosts',
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

  async run(): Promise<ExecDocument | undefined> {
    const {stdin, stdout, stderr, env} = process
    const context = this.context()
    const json = this.jsonEnabled()
    endBySignal()
    const lab = await this.namedLab()
    const {node} = this.args
    const gathered = {stdout: new BoundedBuffer(MOST_BYTES), stderr: new BoundedBuffer(MOST_BYTES)}
    const exitCode = await exec(
      {
        lab,
        node,
        command: this.#command,
        terminal: {
          stdin,
          ...(json ? gathered : {stdout, stderr}),
          tty: !json && stdin.isTTY === true && stdout.isTTY === true,
          ...(env['TERM'] !== undefined && {term: env['TERM']}),
        },
      },
      context,
    ).catch((error: unknown) => {
      // Stopped by a signal: nothing was begun that `up` could go on with.
      if (!context.signal.aborted || json) throw error
      return undefined
    })
    if (exitCode === undefined) return undefined
    process.exitCode = exitCode
    const truncated = gathered.stdout.truncated || gathered.stderr.truncated
    return {lab, node, exitCode, stdout: gathered.stdout.text, stderr: gathered.stderr.text, truncated}
  }
}
