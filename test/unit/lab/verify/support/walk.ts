import {exchange} from '../../../../../src/http/exchange.js'
import {sayOverWebSocket} from '../../../../../src/http/web-socket.js'
import {Masks} from '../../../../../src/lab/verify/masks.js'
import {walkNames} from '../../../../../src/lab/verify/names.js'
import {Walk, type WalkOptions} from '../../../../../src/lab/verify/walk.js'
import type {Backend, Way, Ways} from '../../../../../src/lab/verify/ways.js'
import {REST_3_2} from '../../../../../src/model/releases/rest-3x.js'
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

/** Ways that all lead to the double. */
export function waysTo({port}: Product, {analytics = true, gateways = ['load-balancer', 'gateway-1']} = {}): Ways {
  const way = (name: string, component: string): Way => {
    const target = {host: '127.0.0.1', port, tls: false, serverName: component}
    return {
      name,
      ask: (_, request, signal) => exchange(target, request, {signal}),
      say: (_, request, signal) => sayOverWebSocket(target, request, {signal}),
    }
  }
  return {
    component: name => way('load-balancer', name),
    gateways: gateways.map(name => way(name, 'gateway')),
    direct: component => (analytics || component !== 'analytics-worker' ? way(`${component}-1`, component) : undefined),
  }
}

export function walkThrough(product: Product, changes: Partial<WalkOptions> & {kept?: boolean} = {}): Walk {
  const {kept = false, ...options} = changes
  return new Walk({
    ways: waysTo(product),
    rest: REST_3_2,
    names: walkNames({kept, now: Date.now()}),
    backend,
    sampleBackend: SAMPLE,
    environments: ['Production and Sandbox'],
    admin: {username: 'admin', password: 'admin'},
    patience: {propagationMs: 500, windowMs: WINDOW_MS, alertMs: 500, pollMs: 10, slowPollMs: 20},
    masks: new Masks(),
    signal: new AbortController().signal,
    onWait: () => undefined,
    ...options,
  })
}
