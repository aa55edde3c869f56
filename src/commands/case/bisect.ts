import {Args, Flags} from '@oclif/core'
import {LabCommand} from '../../cli/lab-command.js'
import {SEARCH_STOPPED, searchFlags, searchOptions} from '../../cli/search-flags.js'
import {bisectText, searchLine} from '../../cli/search-text.js'
import {trustCase} from '../../cli/trusted-case.js'
import {LabError} from '../../errors.js'
import {theCase} from '../../lab/cases/load-case.js'
import {bisectConfig} from '../../lab/cases/search/bisect-config.js'
import {bisectReleases} from '../../lab/cases/search/bisect-releases.js'
import type {BisectReport} from '../../lab/cases/search/result.js'
import type {SearchEvent} from '../../lab/cases/search/search.js'

const wrong = (message: string) => new LabError('usage-invalid', message, {next: ['apim-lab case bisect --help']})

export default class CaseBisect extends LabCommand<typeof CaseBisect> {
  static override summary = 'Find the configuration keys, the nodes or the release that turn the verdict of a case.'

  static override description =
    'Each set is run from the same snapshot, halves first. Results are kept: after Ctrl-C the same command continues. GOOD and BAD are what ' +
    '`diff` takes. Where a few runs of one set do not agree, it is run until the 95 % interval of its rate is clear of one half.'

  static override examples = [
    '<%= config.bin %> case bisect bug.yaml --config good.toml bad.toml --on gateway',
    '<%= config.bin %> case bisect bug.yaml --config snapshot:before snapshot:after --nodes',
    '<%= config.bin %> case bisect bug.yaml --release 3.0.0,3.1.0,3.2.0',
  ]

  static override args = {
    case: Args.string({description: 'A file, a folder with a case.yaml, or the name of a case.', required: true}),
  }

  static override flags = {
    config: Flags.string({
      summary: 'GOOD and BAD configuration: the smallest set of keys that turns the verdict.',
      helpValue: 'GOOD BAD',
      multiple: true,
      exclusive: ['release'],
    }),
    nodes: Flags.boolean({summary: 'Which nodes have to have the difference, not which keys.', dependsOn: ['config']}),
    on: Flags.string({
      summary: 'Node or component that GOOD and BAD are for, where they do not tell.',
      dependsOn: ['config'],
    }),
    release: Flags.string({summary: 'Releases in their order: between which it turned.', helpValue: 'A,B,C'}),
    ...searchFlags,
  }

  async run(): Promise<BisectReport> {
    const context = this.context()
    const {config, release} = this.flags
    if ((config === undefined) === (release === undefined)) throw wrong('Give --config GOOD BAD, or --release A,B.')
    const loaded = await theCase(this.args.case, process.cwd(), context)
    try {
      await trustCase(loaded, {trust: this.flags.trust, verb: 'bisect', word: this.args.case}, context)
      const options = searchOptions(this.flags, event => this.#tell(event))
      const report =
        release === undefined
          ? await bisectConfig(loaded, {...options, ...(await this.#config(config ?? []))}, context)
          : await bisectReleases(loaded, {...options, releases: releasesOf(release)}, context)
      this.reporter.end()
      this.log(bisectText(report))
      return report
    } finally {
      await loaded.close()
    }
  }

  async #config(words: readonly string[]) {
    const [good, bad, more] = words
    if (good === undefined || bad === undefined || more !== undefined)
      throw wrong(`--config takes two words, GOOD and BAD, got ${words.length}.`)
    const {nodes: byNodes, on} = this.flags
    const namedLab = await this.namedLab()
    return {good, bad, byNodes, namedLab, workingDirectory: process.cwd(), ...(on !== undefined && {on})}
  }

  protected override whenStopped() {
    return SEARCH_STOPPED
  }

  #tell(event: SearchEvent): void {
    this.reporter.end()
    this.log(searchLine(event))
  }
}

function releasesOf(text: string): readonly [string, string, ...string[]] {
  const [first, second, ...others] = text.split(',').map(name => name.trim())
  if (first === undefined || second === undefined) throw wrong(`--release takes two releases at least, got ${text}.`)
  return [first, second, ...others]
}
