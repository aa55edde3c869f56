import {changedSettings} from '../../../model/cases/change-config.js'
import {bringUp} from '../case-lab.js'
import type {Runner} from '../runner.js'
import {readySeconds, unlessUnready} from './nodes.js'

export const config: Runner<'config'> = async ({on, set = {}, remove = []}, work) => {
  const {session, context, ready} = work
  const {topology} = session.running
  const isNode = topology.nodes.some(({name}) => name === on)
  const labFile = changedSettings(session.request.labFile ?? {}, isNode ? 'nodes' : 'components', on, {set, remove})
  session.reconfigure(labFile)
  await unlessUnready(ready, () => bringUp(session.request, readySeconds(work), context))
  return {text: `${on} has them`}
}
