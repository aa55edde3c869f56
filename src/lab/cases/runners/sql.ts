import {LabError} from '../../../errors.js'
import {oneLine} from '../../../model/one-line.js'
import {withProber} from '../../links/prober.js'
import {adminLogin, runningLab} from '../../links/running-lab.js'
import {databaseOf} from '../../wait/sql.js'
import type {Runner} from '../runner.js'

const MOST_SHOWN = 300

export const sql: Runner<'sql'> = async ({database, query}, {session, context}) => {
  const running = await runningLab(session.lab, context)
  const {server} = running.topology
  const name = databaseOf([database], running.topology)
  const {ok, detail} = await withProber(server.name, running, prober => prober.query(adminLogin(running), name, query))
  await Promise.all(running.closing)
  if (!ok)
    throw new LabError('step-failed', `The query failed: ${oneLine(detail, MOST_SHOWN)}.`, {
      next: [`apim-lab exec ${server.name} --lab ${session.lab}`],
    })
  const shown = oneLine(detail, MOST_SHOWN)
  return {text: `rows ${JSON.stringify(shown)}`, rows: detail, evidence: [`${query} in ${name}: ${shown}`]}
}
