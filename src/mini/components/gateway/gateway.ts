import {join} from 'node:path'
import type {MakeComponent, NodeContext} from '../../component.js'
import {eventPublisher, receiversOf} from '../../events/publisher.js'
import {openSpool} from '../../events/spool.js'
import {splitUrl} from '../../http/call.js'
import {sendNoApi} from '../../server/bodies.js'
import {artifactRoute, pushRoute, startUpRoute} from './admin.js'
import {makeAdmissions} from './admission.js'
import {openArtifacts} from './artifacts.js'
import {claimsForBackend, makeBackendJwt} from './backend-jwt.js'
import {Catalog} from './catalog.js'
import {makeTenants} from './find-api.js'
import {makeHandler} from './handler.js'
import {readOptions} from './options.js'
import {pizzashack} from './pizzashack.js'
import {makeSender} from './sender.js'
import {keepState} from './state.js'
import {targetOf, type Target} from './target.js'
import {makeUsage} from './usage.js'
import {makeUpgrade} from './websocket.js'

/** Where events wait for an analytics worker that is away, relative to the home. */
const SPOOL = 'repository/data/analytics-events'

const TOKEN_ENDPOINTS = ['token', 'revoke', 'authorize', 'userinfo']

/** Where the product's gateway passes `/token` and its like on to. */
function tokenEndpoints({links}: NodeContext): ReadonlyMap<string, Target> {
  const at = links.find(({link}) => link.server === 'key-manager')?.link
  const targets = TOKEN_ENDPOINTS.flatMap(name => {
    const target = at && targetOf(`https://${at.host}:${at.port}/oauth2/${name}`)
    return target ? [[`/${name}`, target] as const] : []
  })
  return new Map(targets)
}

/** The gateway of the built-in release: a reverse proxy that lets calls of deployed APIs through. */
export const makeGateway: MakeComponent = context => {
  const {config, home, links, log, node} = context
  const fetches = context.face === '4'
  const options = readOptions(config.settings, context.face)
  const artifacts = openArtifacts(home, log)
  const catalog = new Catalog(options)
  const state = keepState(context, options, artifacts, catalog)

  const throttling = eventPublisher(receiversOf(links, 'throttling-events'), options.trafficManager, node, log)
  // Calls that were served are to be counted, however late; a limit is only about the calls of its time.
  const spool = (receiver: number) => openSpool(join(home, SPOOL, String(receiver)))
  const analytics =
    options.analytics && eventPublisher(receiversOf(links, 'analytics-events'), options.analytics, node, log, {spool})
  const usage = makeUsage(throttling, analytics)
  const sender = makeSender({trust: config.trust, anyHostName: options.anyHostName, idle: options.backendSilence})
  const backendJwt = options.backendJwt && makeBackendJwt(options.backendJwt, config.keyStore)
  const parts = {
    catalog,
    ...makeAdmissions({...state, usage, claims: claimsForBackend(backendJwt)}),
    isTenant: makeTenants(context.database('WSO2SHARED_DB')),
    sender,
    usage,
    options,
    backendJwt,
    // 4.x has no token endpoint at gateways.
    tokenEndpoints: fetches ? new Map<string, Target>() : tokenEndpoints(context),
    log,
  }
  const base = `/api/am/gateway/${fetches ? 'v2' : 'v1'}`
  return {
    routes: {
      management: [
        artifactRoute(base, options.admin, artifacts),
        fetches ? startUpRoute(base, state.waitingFor) : pushRoute(options.admin, artifacts, state.deployed, log),
        ...pizzashack(),
      ],
    },
    apis: [{base, name: 'gateway'}],
    raw: {
      gateway: {request: makeHandler(parts)},
      websocket: {
        request: (request, response) => {
          request.resume()
          sendNoApi(response, splitUrl(request.url).path.slice(0, 200))
        },
        upgrade: makeUpgrade(parts),
      },
    },
    waitingFor: state.waitingFor,
    close: async () => {
      sender.close()
      await state.close()
    },
  }
}
