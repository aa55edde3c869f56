import {setMaxListeners} from 'node:events'
import {Args, Flags} from '@oclif/core'
import {LabCommand} from '../cli/lab-command.js'
import {jsonLine, linePrinter} from '../cli/log-printer.js'
import {usesColor} from '../cli/reporters.js'
import {endBySignal, outputClosed} from '../cli/streaming.js'
import {LabError} from '../errors.js'
import {logs} from '../lab/logs.js'
import {parseSince} from '../lab/logs/since.js'

const TAIL = 200
const TAIL_BEFORE_FOLLOWING = 20

function parseTail(text: string): number | undefined {
  if (text === 'all') return undefined
  if (/^\d{1,9}$/.test(text)) return Number(text)
  throw new LabError('usage-invalid', `--tail ${JSON.stringify(text.slice(0, 80))} is not a number of lines.`, {
    next: ['apim-lab logs --tail 100', 'apim-lab logs --tail all'],
  })
}

export default class Logs extends LabCommand<typeof Logs> {
  static override summary = 'Show the logs of nodes, merged in order of time.'

  static override description =
    'A node that is recreated or started later is followed too. With --json every line is a document: {node, at, stream, line}.'

  static override examples = [
    '<%= config.bin %> logs',
    '<%= config.bin %> logs gateway-1 key-manager --follow',
    "<%= config.bin %> logs gateway --since 10m --grep 'ERROR|WARN'",
    '<%= config.bin %> logs --correlate f81d4fae-7dec-11d0-a765-00a0c91e6bf6',
    '<%= config.bin %> logs --json | jq -r .line',
  ]

  static override args = {
    nodes: Args.string({
      description: 'Nodes (gateway-1) or components (gateway: all of its nodes); all without it.',
      multiple: true,
    }),
  }

  static override flags = {
    follow: Flags.boolean({char: 'f', summary: 'Keep running, and show new lines.'}),
    tail: Flags.string({
      summary: `Last lines of each node, or all. Default: ${TAIL}, with --follow ${TAIL_BEFORE_FOLLOWING}, with --since or --correlate all.`,
      helpValue: '<number|all>',
    }),
    since: Flags.string({summary: 'Only what is newer than a mark, 90s, 10m, 1h30m, 2d, or a date and time.'}),
    grep: Flags.string({summary: 'Only lines that match this regular expression (of JavaScript).'}),
    correlate: Flags.string({
      summary:
        'Only lines that carry this correlation id, of all nodes in one order; of correlation.log too where correlationLogs is on.',
      helpValue: 'ID',
      exclusive: ['follow', 'tail'],
    }),
  }

  async run(): Promise<void> {
    const {follow, since, grep, correlate} = this.flags
    const defaultTail =
      since !== undefined || correlate !== undefined ? 'all' : String(follow ? TAIL_BEFORE_FOLLOWING : TAIL)
    const tail = parseTail(this.flags.tail ?? defaultTail)
    const context = this.context()
    const signal = AbortSignal.any([context.signal, outputClosed()])
    // Every node listens to it.
    setMaxListeners(0, signal)
    endBySignal()
    const json = this.jsonEnabled()
    let format = jsonLine
    await logs(
      {
        lab: await this.namedLab(),
        nodes: this.args.nodes ?? [],
        follow,
        ...(tail !== undefined && {tail}),
        ...(since !== undefined && {since: parseSince(since, new Date())}),
        ...(grep !== undefined && {grep}),
        ...(correlate !== undefined && {correlate}),
      },
      {
        begin: nodes => {
          const style = {tty: process.stdout.isTTY === true, color: usesColor(process.stdout)}
          if (!json)
            format = linePrinter(
              nodes.map(({name}) => name),
              style,
            )
        },
        line: line => void process.stdout.write(format(line)),
      },
      {...context, signal},
    )
  }
}
