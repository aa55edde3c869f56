import {Args, Flags} from '@oclif/core'
import {confirmOnTerminal} from '../../cli/confirm.js'
import {caseJunit, caseText, releasesText, runLine, stepLine} from '../../cli/case-text.js'
import {caseLab} from '../../cli/case-lab.js'
import {caseFlags} from '../../cli/case-flags.js'
import {LabCommand} from '../../cli/lab-command.js'
import {trustCase} from '../../cli/trusted-case.js'
import {writeReport} from '../../disk/report-file.js'
import type {LabContext} from '../../lab/context.js'
import {theCase, type FoundCase} from '../../lab/cases/load-case.js'
import type {CaseReport, ReleasesReport} from '../../lab/cases/result.js'
import {runLoaded, runOnReleases, severalReleases, type RunOptions} from '../../lab/cases/run.js'
import {MOST_SEED} from '../../model/faults/schedule.js'
import {statusOfAll} from '../../model/cases/verdict.js'
import {junitFlag} from '../../cli/shared-flags.js'

/** Runs without `--times` where it is gone on until something happens. */
const MOST_RUNS = 100

export default class CaseRun extends LabCommand<typeof CaseRun> {
  static override summary = 'Run a bug report: bring its lab up, do its steps, and say whether the bug is there.'

  static override description =
    'The verdict is REPRODUCED where the symptom was seen, NOT REPRODUCED where a sign of its absence was, and INCONCLUSIVE otherwise. Exit status 0 ' +
    'where it is what the case expects, 1 where it is not, 3 where it is inconclusive. The lab is called case-NAME, or as --lab says, and is taken down afterwards. ' +
    'A case that names several releases is run on each; 0 is where all verdicts are as expected.'

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
      summary: 'Number of runs, each from the same state; tells how often the bug was there.',
      min: 1,
      max: 1000,
    }),
    until: Flags.string({
      summary: `Run again until this is the verdict, ${MOST_RUNS} times at most or --times.`,
      options: ['reproduced', 'not-reproduced'],
    }),
    seed: Flags.integer({summary: "Seed of random choices, in place of the case's.", min: 0, max: MOST_SEED}),
    release: Flags.string({summary: "In place of the case's release, or releases."}),
    keep: Flags.boolean({summary: 'Leave the lab as the last run has left it.'}),
    ...junitFlag,
    ...caseFlags,
  }

  async run(): Promise<CaseReport | ReleasesReport> {
    const context = this.context()
    const loaded = await theCase(this.args.case, process.cwd(), context)
    try {
      const ask = process.stdin.isTTY ? (lines: readonly string[]) => this.#ask(lines) : undefined
      await trustCase(loaded, {trust: this.flags.trust, verb: 'run', word: this.args.case, ask}, context)
      return await this.#runLoaded(loaded, context)
    } finally {
      await loaded.close()
    }
  }

  #ask(lines: readonly string[]): Promise<boolean> {
    this.logToStderr(lines.join('\n'))
    return confirmOnTerminal(this.reporter)('Run it?')
  }

  async #runLoaded(loaded: FoundCase, context: LabContext): Promise<CaseReport | ReleasesReport> {
    const {times, until, seed, release, 'port-offset': portOffset, keep, junit, offline} = this.flags
    const verdict = until as 'reproduced' | 'not-reproduced' | undefined
    const many = times ?? (verdict === undefined ? 1 : MOST_RUNS)
    const say = (text: string) => {
      this.reporter.end()
      this.log(text)
    }
    const lab = caseLab(this.flags.lab)
    const tell = (report: CaseReport) => say(`\n${caseText(report)}`)
    const options: RunOptions = {
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
      onRelease: tell,
    }
    const several = severalReleases(loaded, options)
    const report = several ? await runOnReleases(loaded, options, context) : await runLoaded(loaded, options, context)
    const reports = 'releases' in report ? report.releases : [report]
    if (junit !== undefined) await writeReport(junit, caseJunit(...reports))
    if ('releases' in report) say(`\n${releasesText(report, process.stdout.columns ?? Infinity)}`)
    else tell(report)
    process.exitCode = statusOfAll(reports)
    return report
  }

  protected override whenStopped() {
    return this.flags.keep
      ? {message: 'Stopped as asked; the lab stays as it is.', again: 'needs a lab of another name: --lab'}
      : {message: "Stopped as asked; the case's lab is gone.", again: 'starts again'}
  }
}
