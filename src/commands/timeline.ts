import {resolve} from 'node:path'
import {Flags} from '@oclif/core'
import {LabCommand} from '../cli/lab-command.js'
import {timelineText} from '../cli/timeline-text.js'
import {writeTimelinePage} from '../lab/timeline/write-page.js'
import {parseSince} from '../lab/logs/since.js'
import {eventLine, timeline} from '../lab/timeline/timeline.js'

const USUAL_WINDOW = '1h'

export default class Timeline extends LabCommand<typeof Timeline> {
  static override summary = 'Show what happened to the lab, on one clock.'

  static override description =
    'Nodes that start, become ready and end, warnings and errors of their logs, changes of their configuration, faults, and marks, by the ' +
    "engine's clock. The engine keeps its last 256 events; of what is older, the last start and end of each node. With --json an event a line, which " +
    'timeline diff compares; --html writes a page that opens without a network.'

  static override examples = [
    '<%= config.bin %> timeline',
    'M=$(<%= config.bin %> mark before); ...; <%= config.bin %> timeline --since "$M"',
    '<%= config.bin %> timeline --html timeline.html',
    '<%= config.bin %> timeline --json > bad.ndjson',
  ]

  static override flags = {
    since: Flags.string({
      summary: 'Only what is newer than a mark, 90s, 10m, 1h30m, 2d, or a date and time.',
      default: USUAL_WINDOW,
      helpValue: 'MARK',
    }),
    html: Flags.string({summary: 'Write it as a page, with a plot.', helpValue: 'FILE'}),
  }

  protected override streams = true

  async run(): Promise<void> {
    const {since, html} = this.flags
    const from = parseSince(since, new Date(), 'apim-lab timeline')
    const result = await timeline({lab: await this.namedLab(), since: from}, this.context())
    if (html !== undefined) await writeTimelinePage(resolve(process.cwd(), html), result)
    if (this.jsonEnabled()) process.stdout.write(result.events.map(event => `${eventLine(event)}\n`).join(''))
    else if (html === undefined) this.log(timelineText(result, process.stdout.columns ?? 80))
    else this.log(`Wrote ${resolve(process.cwd(), html)}: ${result.events.length} events.`)
  }
}
