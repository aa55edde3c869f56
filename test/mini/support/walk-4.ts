import {AssertionError} from 'node:assert'
import {exchange} from '../../../src/http/exchange.js'
import {sayOverWebSocket} from '../../../src/http/web-socket.js'
import {walkNames} from '../../../src/lab/verify/names.js'
import type {Backend, Route, Routes, ServiceEndpoint} from '../../../src/lab/verify/routes.js'
import {Walk} from '../../../src/lab/verify/walk.js'
import {Redactor} from '../../../src/model/redactor.js'
import {placeOf, type ServiceName} from '../../../src/model/services.js'
import {isTls} from '../../../src/model/open-ports.js'
import type {Topology} from '../../../src/model/topology.js'
import {parsed} from '../../support/ask.js'
import {checkOfficial} from '../facts/official.js'
import type {Cluster} from './cluster.js'
import {CA_PEM} from './pki.js'

/** What of an answer is not as the official description says. */
function strangeness(...answer: Parameters<typeof checkOfficial>): readonly string[] {
  try {
    checkOfficial(...answer)
    return []
  } catch (error) {
    if (!(error instanceof AssertionError)) throw error
    return [`${error.message}: ${JSON.stringify(error.actual)}`]
  }
}

/**
 * The ways of `verify` to the nodes of a cluster in this process, in place of a lab's load balancer and helper. `strange` is told what of
 * the answers is not as the official descriptions say.
 */
export function routesIn(
  cluster: Cluster,
  topology: Topology,
  gateways: readonly string[],
  strange: (what: string) => void,
): Routes {
  const endpoint = (node: string | undefined, service: ServiceName): ServiceEndpoint | undefined => {
    const place = placeOf(service, topology)
    if (!place) return undefined
    const {port, protocol} = place.port
    const name = node ?? place.nodes[0].name
    const tls = isTls(protocol)
    const target = {
      host: 'localhost',
      port: cluster.port(name, port),
      tls,
      serverName: 'localhost',
      ...(tls && {authority: CA_PEM}),
    }
    return {
      route: name,
      port,
      path: place.path,
      ask: async (request, signal) => {
        const answer = await exchange(target, request, {signal})
        const {status, headers, body: text} = answer
        strangeness(request.method, request.path, {status, headers, text, body: parsed(text)}).forEach(strange)
        return answer
      },
      send: (request, signal) => sayOverWebSocket(target, request, {signal}),
    }
  }
  return {
    to: service => endpoint(undefined, service),
    gateways: gateways.map((name): Route => ({name, to: service => endpoint(name, service)!})),
  }
}

/** A walk of `verify` through such a cluster. */
export const walkIn = (topology: Topology, routes: Routes, backend: Backend): Walk =>
  new Walk({
    routes,
    forms: topology.release.walk!.forms,
    names: walkNames({kept: false, now: Date.now()}),
    backend,
    environments: [{name: 'Default', vhost: 'gateway.lab.localhost'}],
    admin: {username: 'admin', password: 'admin'},
    timeouts: {propagationMs: 20_000, windowMs: 60_000, alertMs: 60_000, pollMs: 50, slowPollMs: 100},
    redactor: new Redactor(),
    signal: new AbortController().signal,
    onWait: () => undefined,
  })
