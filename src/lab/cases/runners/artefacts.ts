import {clientCredentials, makeApplication, makeKeys, makeToken, subscribe} from '../../verify/applications.js'
import {expectStatus, textIn} from '../../verify/call.js'
import {openApiPayload, RESOURCES} from '../../verify/payloads.js'
import {makePolicy} from '../../verify/policies.js'
import {askPublisher} from '../../verify/requests.js'
import {onEveryRoute} from '../../verify/steps/calls.js'
import {publishApi} from '../../verify/steps/api.js'
import {deployApi} from '../../verify/steps/deployment.js'
import type {Session} from '../session.js'
import type {Runner} from '../runner.js'

const UNKNOWN = 404
const UNANSWERED = 0

/** What an earlier step has set. */
function variable({variables}: Session, name: string): string {
  const value = variables[name]
  if (value === undefined) throw new Error(`no step has set ${name}`)
  return value
}

export const api: Runner<'api'> = async (input, {session, ready}) => {
  const {
    name,
    context = `/${input.name.toLowerCase()}`,
    version = '1.0.0',
    resources = [RESOURCES.open],
    policy,
  } = input
  const walk = await session.entered()
  const url = input.backend ?? variable(session, 'backend')
  const {forms} = walk.options
  const all = walk.options.environments
  // One that the lab does not have may be the bug: the product says what it makes of it.
  const vhost = all[0]?.vhost ?? ''
  const environments = input.environments?.map(one => all.find(({name}) => name === one) ?? {name: one, vhost}) ?? all
  const payload = openApiPayload(forms, {name, context, version, url, environments, resources, policy})
  const id = textIn(expectStatus(await askPublisher(walk, 'POST', '/apis', payload), 201), 'id')
  await deployApi(walk, id, environments)
  await publishApi(walk, id)
  const path = `${context}/${version}`
  const first = resources[0]!
  const where = ready
    ? await onEveryRoute(walk, route =>
        walk.until(
          `API ${name} on ${route.name}`,
          () => walk.ask(route.to('gateway-https'), {method: 'GET', path: `${path}${first}`}),
          ({status}) => status !== UNKNOWN && status !== UNANSWERED,
        ),
      )
    : 'published'
  return {text: `${path} ${where}`, sets: {[`${name}.id`]: id, [`${name}.path`]: path}}
}

export const application: Runner<'application'> = async ({name, policy, tokens = 'JWT'}, {session}) => {
  const walk = await session.entered()
  const id = await makeApplication(walk, {name, tokenType: tokens, ...(policy !== undefined && {policy})})
  const keys = await makeKeys(walk, id)
  const encoded = Buffer.from(`${keys.id}:${keys.secret}`).toString('base64')
  walk.options.redactor.add(encoded)
  return {
    text: name,
    sets: {
      [`${name}.id`]: id,
      [`${name}.key`]: keys.id,
      [`${name}.secret`]: keys.secret,
      [`${name}.basic`]: encoded,
    },
  }
}

export const subscription: Runner<'subscription'> = async (input, {session}) => {
  const walk = await session.entered()
  await subscribe(walk, variable(session, `${input.api}.id`), variable(session, `${input.application}.id`))
  return {text: `${input.application} to ${input.api}`}
}

export const token: Runner<'token'> = async ({application: name, scope, as = name}, {session}) => {
  const client = {id: variable(session, `${name}.key`), secret: variable(session, `${name}.secret`)}
  const made = await makeToken(session.walk, client, clientCredentials(scope))
  return {text: `for ${name}`, sets: {[`${as}.token`]: made}}
}

export const policy: Runner<'policy'> = async ({name, level, requestsPerMinute}, {session}) => {
  const id = await makePolicy(await session.entered(), level, name, requestsPerMinute)
  return {text: `${name}, ${requestsPerMinute} a minute`, sets: {[`${name}.id`]: id}}
}
