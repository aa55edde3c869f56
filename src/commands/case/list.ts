import {LabCommand} from '../../cli/lab-command.js'
import {table} from '../../cli/table.js'
import {listCases, type ListedCase} from '../../lab/cases/list.js'

export default class CaseList extends LabCommand<typeof CaseList> {
  static override summary = 'The bug reports that come with the command, ready to be run.'

  static override examples = ['<%= config.bin %> case list', `<%= config.bin %> case list --json | jq '.[].source'`]

  async run(): Promise<readonly ListedCase[]> {
    const cases = await listCases(this.context())
    const rows = cases.map(({name, release, releases, title, neverRun}) => [
      name,
      releases?.join(', ') ?? release ?? 'any',
      neverRun === undefined ? title : `${title} (never run)`,
    ])
    this.log(table(['CASE', 'RELEASE', 'WHAT IS WRONG'], rows, process.stdout.columns ?? Infinity))
    return cases
  }
}
