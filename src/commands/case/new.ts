import {Args, Flags} from '@oclif/core'
import {asTyped} from '../../cli/invocation.js'
import {LabCommand} from '../../cli/lab-command.js'
import {newCase} from '../../lab/cases/new.js'
import {knownComponents} from '../../lab/resolve/load-settings.js'
import {caseJsonSchema} from '../../model/cases/case-json-schema.js'
import {replaceFlag} from '../../cli/shared-flags.js'

export default class CaseNew extends LabCommand<typeof CaseNew> {
  static override summary = 'Write a commented bug report, which can be run as it stands.'

  static override description =
    'With --from-lab it has the settings and overlays of a lab that there is, that of --lab or the usual one, and the steps of its last `verify`, as far as ' +
    'they have short forms: a step that failed is what shows the bug. With --from it has the same of a file of `capture`, and the faults that there were.'

  static override examples = [
    '<%= config.bin %> case new bug.yaml --release mini',
    '<%= config.bin %> case new bug.yaml --from-lab',
    '<%= config.bin %> case new bug.yaml --from report.zip',
    '<%= config.bin %> case new --schema > case.schema.json',
  ]

  static override args = {file: Args.string({description: 'File to write.', default: 'case.yaml'})}

  static override flags = {
    release: Flags.string({summary: 'Release to name in it.'}),
    'from-lab': Flags.boolean({
      summary: 'With the settings and overlays that the lab has now, and the steps of its last verify.',
    }),
    from: Flags.string({
      summary: 'With the lab of a capture, its faults, and the steps of its last verify.',
      helpValue: 'CAPTURE',
      exclusive: ['from-lab'],
    }),
    schema: Flags.boolean({
      summary: 'Print the JSON schema of a case for editors, and write nothing.',
      exclusive: ['from-lab', 'from', 'release', 'force'],
    }),
    ...replaceFlag,
  }

  async run(): Promise<object> {
    const {release, 'from-lab': fromLab, from, schema, force} = this.flags
    const context = this.context()
    if (schema) {
      const found = caseJsonSchema(knownComponents(context.releases))
      this.log(JSON.stringify(found, undefined, 2))
      return found
    }
    const file = await newCase(
      {
        file: this.args.file,
        workingDirectory: process.cwd(),
        force,
        ...(release !== undefined && {release}),
        ...(from !== undefined && {from}),
        ...(fromLab && {fromLab: await this.namedLab()}),
      },
      context,
    )
    this.log(`Wrote ${file}\nNext: ${asTyped(`apim-lab case run ${this.args.file}`)}`)
    return {file}
  }
}
