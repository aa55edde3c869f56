import type {PayloadForms} from '../../../model/walk.js'
import {REMOVED} from '../applications.js'
import {expectStatus, jsonOf, type Call} from '../call.js'
import {isLeftOver} from '../names.js'
import {askAdmin, askDevportal, askPublisher, type Method} from '../requests.js'
import type {Walk} from '../walk.js'

/** Things that a walk makes, and how those of an earlier one are found and removed. */
export interface Kind {
  readonly ask: (walk: Walk, method: Method, path: string) => Promise<Call>
  /** Of the list, and what stands before the id of one of it where that is another. */
  readonly path: string
  readonly one?: string
  readonly query: string
  /** Fields of an element of the list. */
  readonly id: string
  readonly name: string
}

export const MOST = 'limit=500'

/** In the order in which they can be removed: what is used after what uses it. */
const kindsOf = ({blocks}: PayloadForms): readonly Kind[] => [
  {ask: askAdmin, path: blocks.all, one: blocks.one, query: '', id: 'conditionId', name: 'conditionValue'},
  {ask: askDevportal, path: '/applications', query: `?${MOST}`, id: 'applicationId', name: 'name'},
  {ask: askPublisher, path: '/apis', query: `?${MOST}`, id: 'id', name: 'name'},
  {ask: askAdmin, path: '/throttling/policies/advanced', query: '', id: 'policyId', name: 'policyName'},
  {ask: askAdmin, path: '/throttling/policies/application', query: '', id: 'policyId', name: 'policyName'},
]

async function leftOvers(walk: Walk, {ask, path, one = path, query, id, name}: Kind): Promise<readonly string[]> {
  const list = jsonOf(expectStatus(await ask(walk, 'GET', `${path}${query}`), 200))['list']
  return (Array.isArray(list) ? (list as Record<string, unknown>[]) : [])
    .filter(element => isLeftOver(String(element[name]), Date.now()))
    .map(element => `${one}/${encodeURIComponent(String(element[id]))}`)
}

/** Removes what walks of long ago left behind, killed before they had cleaned up. What can't be removed is in nobody's way. */
export async function removeLeftOvers(walk: Walk, kinds: readonly Kind[]): Promise<string> {
  const removed: string[] = []
  const stays: string[] = []
  for (const kind of kinds)
    for (const path of await leftOvers(walk, kind)) {
      const {status} = await kind.ask(walk, 'DELETE', path)
      ;(REMOVED.some(good => good === status) ? removed : stays).push(path)
    }
  if (stays.length > 0) return `removed ${removed.length}, could not remove ${stays.join(', ')}`
  return removed.length === 0 ? 'nothing was left over' : `removed ${removed.length}`
}

/** Removes left-overs of all kinds that every release has. */
export const tidy = (walk: Walk): Promise<string> => removeLeftOvers(walk, kindsOf(walk.options.forms))
