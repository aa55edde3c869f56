import {Args, Flags} from '@oclif/core'
import {confirmOnTerminal} from '../../cli/confirm.js'
import {packText} from '../../cli/pack-text.js'
import {caseJunit, caseText, runLine, stepLine} from '../../cli/case-text.js'
import {offlineFlag} from '../../cli/image-flags.js'
import {caseLab} from '../../cli/case-lab.js'
import {LabCommand} from '../../cli/lab-command.js'
import {writeReport} from '../../disk/report-file.js'
import {LabError} from '../../errors.js'
import type {LabContext} from '../../lab/context.js'
import {theCase, type FoundCase} from '../../lab/cases/load-case.js'
import type {CaseReport} from '../../lab/cases/result.js'
import {runLoaded} from '../../lab/cases/run.js'
import {MOST_SEED} from '../../model/faults/schedule.js'
import {statusOf} from '../../model/cases/verdict.js'
import {MOST_PORT_OFFSET} from '../../model/settings.js'

/** Runs without `--times` where it is gone on until something happens. */
const MOST_RUNS = 100

export default class CaseRun extends LabCommand<typeof CaseRun> {
  static override summary = 'Run a bug report: bring its lab up, do its steps, and say whether the bug is there.'

  static override description =
    'The verdict is REPRODUCED where the symptom was seen, NOT REPRODUCED where a sign of its absence was, and INCONCLUSIVE otherwise. Exit status 0 ' +
    'where it is what the case expects, 1 where it is not, 3 where it is inconclusive. The lab is called case-NAME, or as --lab says, and is taken down afterwards.'

  static override examples = [
    '<%= config.bin %> case run double-quota',
    '<%= config.bin %> case run bug.yaml --times 20',
    '<%= config.bin %> case run bug.yaml --until reproduced --keep',
    '<%= config.bin %> case run bug.yaml --release 3.2.0 --junit bug.xml',
  ]

  static override args = {
    case: Args.string({
      description: 'A file, a folder with a case.yaml, a pack, or the name of a case that `case list` shows.',
      required: true,
    }),
  }

  static override flags = {
    times: Flags.integer({
      summary: 'So many runs, each from the same state, and how often it came.',
      min: 1,
      max: 1000,
    }),
    until: Flags.string({
      summary: `Run again until this is the verdict, ${MOST_RUNS} times at most or --times.`,
      options: ['reproduced', 'not-reproduced'],
    }),
    seed: Flags.integer({summary: "In place of the case's, for what is left to chance.", min: 0, max: MOST_SEED}),
    release: Flags.string({summary: "In place of the case's release."}),
    'port-offset': Flags.integer({
      summary: 'Added to every published port. Default: what the case says, or 4000.',
      min: 0,
      max: MOST_PORT_OFFSET,
    }),
    trust: Flags.boolean({summary: 'Run what a pack brings without asking.'}),
    keep: Flags.boolean({summary: 'Leave the lab as the last run has left it.'}),
    junit: Flags.string({summary: 'Write the result as JUnit XML too.', helpValue: 'FILE'}),
    ...offlineFlag,
  }

  async run(): Promise<CaseReport> {
    const context = this.context()
    const loaded = await theCase(this.args.case, process.cwd(), context)
    try {
      await this.#trust(loaded)
      return await this.#runLoaded(loaded, context)
    } finally {
      await loaded.close()
    }
  }

  /** What came in a pack is shown, and asked for. */
  async #trust(found: FoundCase): Promise<void> {
    if (!found.pack || this.flags.trust) return
    const lines = packText(found)
    const ask = process.stdin.isTTY ? confirmOnTerminal(this.reporter) : undefined
    if (ask) this.logToStderr(lines.join('\n'))
    if (await ask?.('Run it?')) return
    throw new LabError('case-untrusted', "A pack is somebody else's: what it would run was not agreed to.", {
      evidence: lines,
      next: [`apim-lab case run ${this.args.case} --trust`, `apim-lab case check ${this.args.case}`],
    })
  }

  async #runLoaded(loaded: FoundCase, context: LabContext): Promise<CaseReport> {
    const {times, until, seed, release, 'port-offset': portOffset, keep, junit, offline} = this.flags
    const verdict = until as 'reproduced' | 'not-reproduced' | undefined
    const many = times ?? (verdict === undefined ? 1 : MOST_RUNS)
    const say = (text: string) => {
      this.reporter.end()
      this.log(text)
    }
    const lab = caseLab(this.flags.lab)
    const report = await runLoaded(
      loaded,
      {
        ...(lab !== undefined && {lab}),
        times: many,
        keep,
        offline,
        ...(verdict !== undefined && {until: verdict}),
        ...(seed !== undefined && {seed}),
        ...(release !== undefined && {release}),
        ...(portOffset !== undefined && {portOffset}),
        ...(junit !== undefined && {report: junit}),
        onStep: step => say(stepLine(step)),
        onRun: (result, index) => (many > 1 ? say(runLine(result, index)) : undefined),
      },
      context,
    )
    this.reporter.end()
    if (junit !== undefined) await writeReport(junit, caseJunit(report))
    this.log(`\n${caseText(report)}`)
    process.exitCode = statusOf(report.verdict, report.expected)
    return report
  }

  protected override whenStopped() {
    return this.flags.keep
      ? {message: 'Stopped as asked; the lab stays as it is.', again: 'needs a lab of another name: --lab'}
      : {message: "Stopped as asked; the case's lab is gone.", again: 'begins anew'}
  }
}
