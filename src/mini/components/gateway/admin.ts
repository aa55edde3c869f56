import {bodyOf} from '../../http/body.js'
import {basicOf, sameSecret, type Account} from '../../http/credentials.js'
import {Fault, notFound} from '../../http/fault.js'
import {json, route, type Route} from '../../http/router.js'
import {GATEWAY_ADMIN, GATEWAY_OPERATION} from '../../hub/deployment.js'
import type {Call} from '../../http/call.js'
import type {Log} from '../../log.js'
import type {Artifacts} from './artifacts.js'

/** Bytes of a push: an API with thousands of resources. */
const PUSH_LIMIT = 4 * 1024 * 1024

/** Throws a Fault 401 unless the call has this account. */
function requireAccount(call: Call, {username, password}: Account): void {
  const given = basicOf(call)
  const right = given && sameSecret(given.username, username) && sameSecret(given.password, password)
  if (right) return
  throw new Fault(401, 'Unknown user or wrong password', {
    code: 900901,
    headers: {'www-authenticate': 'Basic realm="carbon"'},
  })
}

/** Where publishers of 3.2.0 push APIs to. */
export const pushRoute = (account: Account, artifacts: Artifacts, changed: (uuid: string) => void, log: Log): Route =>
  route.post(
    `/services/${GATEWAY_ADMIN}`,
    async call => {
      requireAccount(call, account)
      const asked = await bodyOf(call, GATEWAY_OPERATION)
      if (asked.operation === 'list') {
        // Publishers look every few seconds whether a gateway lacks something.
        call.quiet = true
        return json({apis: [...artifacts.all()].map(({uuid, digest}) => ({uuid, digest}))})
      }
      if (asked.operation === 'deploy') artifacts.deploy(asked.api)
      else artifacts.undeploy(asked.uuid)
      const what = asked.operation === 'deploy' ? `${asked.api.name} ${asked.api.version}` : asked.uuid
      log('INFO', 'GatewayAdmin', `${asked.operation} ${what.replace(/[^\x20-\x7e]/g, '?')}`)
      changed(asked.operation === 'deploy' ? asked.api.uuid : asked.uuid)
      return json({ok: true})
    },
    {bodyLimit: PUSH_LIMIT},
  )

/** What the product's gateway REST API tells of deployed APIs. */
export const artifactRoute = (base: string, account: Account, artifacts: Artifacts): Route =>
  route.get(`${base}/api-artifact`, call => {
    requireAccount(call, account)
    const [name, version] = [call.query.get('apiName'), call.query.get('version')]
    const found = [...artifacts.all()].find(it => it.name === name && it.version === version)
    if (!found) throw notFound('No such API is deployed here')
    return json(found)
  })

/** Whether a gateway of 4.x has fetched what is deployed: docs-apim 4.2.0, its health check at start. */
export const startUpRoute = (base: string, waitingFor: () => readonly string[]): Route =>
  route.get(`${base}/server-startup-healthcheck`, () => {
    if (waitingFor().length === 0) return {status: 200}
    throw new Fault(503, 'The APIs are not deployed yet')
  })
