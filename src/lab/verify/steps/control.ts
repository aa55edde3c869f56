import {makeToken, ownToken, REMOVED} from '../applications.js'
import {expectStatus, textIn} from '../call.js'
import {RESOURCES} from '../payloads.js'
import {askAdmin, askOAuth} from '../requests.js'
import type {Walk} from '../walk.js'
import {untilStatus} from './calls.js'

/** Blocks the API for a while. Its context is the value: ApiMgtDAO.java addBlockConditions, carbon-apimgt v6.7.206. */
export async function block(walk: Walk): Promise<string> {
  const {context, version} = walk.names
  const {blocks} = walk.options.forms
  const appToken = walk.get('appToken')
  const condition = {conditionType: 'API', conditionValue: `${context}/${version}`, conditionStatus: true}
  const call = await askAdmin(walk, 'POST', blocks.all, condition)
  const path = `${blocks.one}/${textIn(expectStatus(call, 201), 'conditionId')}`
  const remove = () => askAdmin(walk, 'DELETE', path)
  walk.remember('a block condition', remove)
  await untilStatus(walk, 403, RESOURCES.open, appToken)
  expectStatus(await remove(), ...REMOVED)
  return `403, then 200 again, ${await untilStatus(walk, 200, RESOURCES.open, appToken)}`
}

/** Revokes a token that was good. */
export async function revoke(walk: Walk): Promise<string> {
  const token = await makeToken(walk, walk.get('keys'), ownToken(walk.names.mark))
  await untilStatus(walk, 200, RESOURCES.open, token)
  expectStatus(await askOAuth(walk, {service: 'token', endpoint: 'revoke'}, walk.get('keys'), {token}), 200)
  return `200 before, then 401, ${await untilStatus(walk, 401, RESOURCES.open, token)}`
}
