import {listOf} from '../../../model/cases/values.js'
import {oneLine} from '../../../model/one-line.js'
import {conditionsOf} from '../../wait/conditions.js'
import {waitFor} from '../../wait/wait-for.js'
import type {Runner} from '../runner.js'

const MOST_SHOWN = 300
const SECOND_MS = 1000

export const wait: Runner<'wait'> = async ({nodes, ...flags}, {session, context, timeoutMs}) => {
  const {lab, since} = session
  const conditions = conditionsOf(flags, nodes === undefined ? [] : listOf(nodes), new Date()).map(condition =>
    condition.kind === 'log' ? {...condition, since} : condition,
  )
  const options = {lab, conditions, ...(timeoutMs !== undefined && {timeoutSeconds: timeoutMs / SECOND_MS})}
  const {met} = await waitFor(options, context)
  const lines = met.flatMap(({nodes: [by = ''], line}) =>
    line === undefined ? [] : [`${by} | ${oneLine(line, MOST_SHOWN)}`],
  )
  const text = met.map(one => one.text).join(', ')
  return {text, lines, evidence: lines.length > 0 ? lines : [text]}
}
