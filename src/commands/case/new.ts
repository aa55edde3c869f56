import {Args, Flags} from '@oclif/core'
import {asTyped} from '../../cli/invocation.js'
import {LabCommand} from '../../cli/lab-command.js'
import {newCase} from '../../lab/cases/new.js'
import {knownComponents} from '../../lab/resolve/load-settings.js'
import {caseJsonSchema} from '../../model/cases/case-json-schema.js'

export default class CaseNew extends LabCommand<typeof CaseNew> {
  static override summary = 'Write a commented bug report, which can be run as it stands.'

  static override description =
    'With --from-lab it has the settings and overlays of a lab that there is: that of --lab, or the usual one.'

  static override examples = [
    '<%= config.bin %> case new bug.yaml --release mini',
    '<%= config.bin %> case new bug.yaml --from-lab',
    '<%= config.bin %> case new --schema > case.schema.json',
  ]

  static override args = {file: Args.string({description: 'File to write.', default: 'case.yaml'})}

  static override flags = {
    release: Flags.string({summary: 'Release to name in it.'}),
    'from-lab': Flags.boolean({summary: 'With the settings and overlays that the lab has now.'}),
    schema: Flags.boolean({
      summary: 'Print the JSON schema of a case for editors, and write nothing.',
      exclusive: ['from-lab', 'release', 'force'],
    }),
    force: Flags.boolean({summary: 'Replace a file that is there.'}),
  }

  async run(): Promise<object> {
    const {release, 'from-lab': fromLab, schema, force} = this.flags
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
        ...(fromLab && {fromLab: await this.namedLab()}),
      },
      context,
    )
    this.log(`Wrote ${file}\nNext: ${asTyped(`apim-lab case run ${this.args.file}`)}`)
    return {file}
  }
}
