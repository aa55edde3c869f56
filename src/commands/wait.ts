import {Args, Flags} from '@oclif/core'
import {LabCommand} from '../cli/lab-command.js'
import {endBySignal} from '../cli/streaming.js'
import {conditionsOf} from '../lab/wait/conditions.js'
import {waitText} from '../cli/wait-text.js'
import {USUAL_SECONDS, waitFor, type WaitResult} from '../lab/wait/wait-for.js'

export default class Wait extends LabCommand<typeof Wait> {
  static override summary =
    'Wait until a node is ready, a line is logged, a URL or a link answers, or a query has its rows.'

  static override description =
    'A condition that holds already is met at once. Of several, each has to be met once, for each of the nodes; --log is met by a line ' +
    'of any of them. A node that ends is still waited for: it may be started again. Exit status 1 after a timeout; the error tells what ' +
    'was seen last.'

  static override examples = [
    '<%= config.bin %> wait --ready',
    '<%= config.bin %> wait gateway --ready --timeout 300',
    `M=$(<%= config.bin %> mark); ...; <%= config.bin %> wait gateway --log '900901|900902' --since "$M"`,
    '<%= config.bin %> wait gateway-1 --http /health',
    '<%= config.bin %> wait gateway-1 --http https://:8243/pizza/1.0.0/menu --status 401',
    '<%= config.bin %> wait --http https://gateway.apim.localhost:8243/pizza/1.0.0/menu --status 401',
    '<%= config.bin %> wait gateway-1 --link traffic-manager:5672',
    `<%= config.bin %> wait apimgtdb --sql 'SELECT COUNT(*) FROM AM_API' --equals 3`,
  ]

  static override args = {
    nodes: Args.string({
      description:
        'Nodes (gateway-1) or components (gateway: all of its nodes). Without it: all of them for --ready and --log; for --http this host, as ' +
        'with user. For --sql the database server, or one of its databases.',
      multiple: true,
      ignoreStdin: true,
    }),
  }

  static override flags = {
    ready: Flags.boolean({summary: 'Until all of its probes pass.'}),
    log: Flags.string({
      summary:
        'Until it logs a line that matches this regular expression (of JavaScript): in its last run, or from --since on.',
      helpValue: 'REGEX',
    }),
    since: Flags.string({
      summary: 'With --log: only what was logged after a mark, 90s, 10m, or a date and time.',
      helpValue: 'MARK',
    }),
    http: Flags.string({
      summary:
        "Until a GET from its network gets the expected status. A path, or one on a port (:9763/health), is the node's own.",
      helpValue: 'URL',
    }),
    status: Flags.integer({summary: 'With --http: the status of the answer. Default: 200.', min: 100, max: 599}),
    link: Flags.string({
      summary: 'Until its link to this server is ok, as links checks it: traffic-manager:5672.',
      helpValue: 'SERVER:PORT',
    }),
    sql: Flags.string({
      summary: 'Until this query, which may only read, has the rows that --equals tells.',
      helpValue: 'QUERY',
    }),
    equals: Flags.string({
      summary: 'With --sql: a value; of several a tab between columns, a line a row.',
      helpValue: 'VALUE',
    }),
    timeout: Flags.integer({
      summary: `Seconds until it gives up. Default: ${USUAL_SECONDS}, longer on a machine that is busy.`,
      min: 1,
      max: 86_400,
    }),
  }

  async run(): Promise<WaitResult | undefined> {
    const {timeout} = this.flags
    const conditions = conditionsOf(this.flags, this.args.nodes ?? [], new Date())
    const lab = await this.namedLab()
    const context = this.context()
    endBySignal()
    const options = {lab, conditions, ...(timeout !== undefined && {timeoutSeconds: timeout})}
    const result = await waitFor(options, context).catch((error: unknown) => {
      // Stopped by a signal: nothing was begun that could go on.
      if (!context.signal.aborted || this.jsonEnabled()) throw error
      return undefined
    })
    if (!result) return undefined
    this.reporter.end()
    this.log(waitText(result))
    return result
  }
}
