import {exchange} from '../../../../../src/http/exchange.js'
import {sayOverWebSocket} from '../../../../../src/http/web-socket.js'
import {walkNames} from '../../../../../src/lab/verify/names.js'
import {Redactor} from '../../../../../src/model/redactor.js'
import type {Backend, Route, Routes, ServiceEndpoint} from '../../../../../src/lab/verify/routes.js'
import {Walk, type WalkOptions} from '../../../../../src/lab/verify/walk.js'
import {standardPort} from '../../../../../src/model/port-offsets.js'
import {placeOf, type ServiceName} from '../../../../../src/model/services.js'
import type {Topology} from '../../../../../src/model/topology.js'
import {topology} from '../../../../support/lab.js'
import {WINDOW_MS, type Product} from './product.js'

const SAMPLE = 'https://localhost:9443/sample'

const backend: Backend = {
  url: 'http://helper:1234',
  webSocketUrl: 'ws://helper:1234',
  isBody: (body, resource) => {
    const {path, at} = JSON.parse(body) as {path?: string; at?: string}
    return path === resource && at === 'http://helper:1234'
  },
}

export interface RouteOptions {
  readonly lab?: Topology
  readonly gateways?: readonly string[]
  /** Told each service that is asked. */
  readonly onAsk?: (service: ServiceName) => void
}

/** Routes that all lead to the double, which tells by the name of the server which component is meant. */
export function routesTo({port}: Product, options: RouteOptions = {}): Routes {
  const {lab = topology(), gateways = ['load-balancer', 'gateway-1'], onAsk = () => undefined} = options
  // The double has 3.2.0's components; what those don't have is at its publisher.
  const hostOf = (service: ServiceName) => placeOf(service, topology())?.component ?? 'publisher'
  const endpoint = (node: string | undefined, service: ServiceName): ServiceEndpoint | undefined => {
    const place = placeOf(service, lab)
    if (!place) return undefined
    const target = {host: '127.0.0.1', port, tls: false, serverName: hostOf(service)}
    return {
      route: node ?? (place.open ? 'load-balancer' : place.nodes[0].name),
      port: standardPort(place.port),
      path: place.path,
      ask(request, signal) {
        onAsk(service)
        return exchange(target, request, {signal})
      },
      send(request, signal) {
        onAsk(service)
        return sayOverWebSocket(target, request, {signal})
      },
    }
  }
  return {
    to: service => endpoint(undefined, service),
    gateways: gateways.map((name): Route => ({name, to: service => endpoint(name, service)!})),
  }
}

export function walkThrough(product: Product, changes: Partial<WalkOptions> & {kept?: boolean} = {}): Walk {
  const {kept = false, ...options} = changes
  return new Walk({
    routes: routesTo(product),
    forms: topology().release.walk!.forms,
    names: walkNames({kept, now: Date.now()}),
    backend,
    ...(kept && {sampleBackend: SAMPLE}),
    environments: [{name: 'Production and Sandbox', vhost: 'gateway.apim.localhost'}],
    admin: {username: 'admin', password: 'admin'},
    timeouts: {propagationMs: 500, windowMs: WINDOW_MS, alertMs: 500, pollMs: 10, slowPollMs: 20},
    redactor: new Redactor(),
    signal: new AbortController().signal,
    onWait: () => undefined,
    ...options,
  })
}
