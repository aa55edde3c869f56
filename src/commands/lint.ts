import {Flags} from '@oclif/core'
import {LabCommand} from '../cli/lab-command.js'
import {settingsOf} from '../cli/lab-flags.js'
import {lintText} from '../cli/lint-text.js'
import {EXIT_STATUS} from '../errors.js'
import {lint, type LintResult} from '../lab/lint.js'

export default class Lint extends LabCommand<typeof Lint> {
  static override strict = false

  static override summary = 'Check configuration files for what breaks a deployment; needs no engine.'

  static override usage = 'lint [DIR|FILE...]'

  static override description =
    'Without an argument the files of the lab are checked. A folder with the files of several roles is checked as one deployment; config maps of ' +
    'Kubernetes are looked into. Exit status 1 if there is an error.'

  static override examples = [
    '<%= config.bin %> lint',
    '<%= config.bin %> lint deployment.toml --release 3.1.0',
    '<%= config.bin %> lint ./conf --json',
  ]

  static override flags = {
    sarif: Flags.boolean({
      summary: 'Print SARIF 2.1.0, for code scanning and editors.',
      exclusive: ['json'],
    }),
    release: Flags.string({
      summary: 'Release that the files are for; without it the one that their keys tell, else 3.2.0.',
    }),
  }

  async run(): Promise<LintResult> {
    const {release, sarif} = this.flags
    const result = await lint(
      {paths: this.rest, workingDirectory: process.cwd(), flags: settingsOf({release, lab: this.flags.lab})},
      this.context(),
    )
    if (sarif) {
      const [{sarifOf}, {RULES}] = await Promise.all([import('../lint/sarif.js'), import('../lint/rules/index.js')])
      this.log(JSON.stringify(sarifOf(result.findings, RULES, this.config.version), undefined, 2))
    } else this.log(lintText(result, process.stdout.columns ?? 80))
    if (result.findings.some(({severity}) => severity === 'error')) process.exitCode = EXIT_STATUS['lint-failed']
    return result
  }
}
