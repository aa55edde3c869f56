import type {PayloadForms, StepLink, WalkSpec} from '../walk.js'
import {WALK_KEYS} from './walk-keys.js'

/** What gateways are told, and then fetch. */
const eventHub: readonly StepLink[] = [
  ['gateway', 'control-plane', 5672],
  ['gateway', 'control-plane', 9443],
]
/** A key manager of its own is asked; the control plane asks itself otherwise. */
const keys: StepLink = ['control-plane', 'key-manager', 9443]
const jwks: readonly StepLink[] = [
  ['gateway', 'key-manager', 9443],
  ['gateway', 'control-plane', 9443],
]
const revocation: StepLink = ['key-manager', 'control-plane', 9443]
/** Without a traffic manager the control plane counts. */
const throttling: readonly StepLink[] = [
  ['traffic-manager', 'control-plane', 5672],
  ['traffic-manager', 'control-plane', 9443],
  ...['traffic-manager', 'control-plane'].flatMap(counts =>
    [9711, 9611, 5672].map((port): StepLink => ['gateway', counts, port]),
  ),
]

/**
 * The steps of a walk, and by step what components of 4.x ask each other for it. Facts: the table of links, see links-4x.ts. There are no
 * analytics, and no opaque tokens: new applications get JWTs, whatever they ask for (carbon-apimgt 9.0.174 to 9.32.147 rest.api.store.v1
 * ApplicationsApiServiceImpl.java).
 */
const LINKS: WalkSpec['links'] = {
  register: [],
  token: [],
  tidy: [],
  create: [keys],
  deploy: eventHub,
  publish: eventHub,
  portal: [],
  application: [],
  keys: [keys],
  subscribe: eventHub,
  'app-token': [],
  call: [...jwks, ...eventHub],
  'no-token': [],
  scope: jwks,
  limit: [...throttling, ...eventHub],
  'app-limit': [keys, ...throttling, ...eventHub],
  block: eventHub,
  revoke: [revocation, ...eventHub],
  'api-key': eventHub,
  service: [],
  'web-socket': eventHub,
  'limit-over': throttling,
  undeploy: eventHub,
  keep: eventHub,
  'clean-up': [],
}

/** Those of 4.0.0, see links-4x.ts: what is blocked goes by whatever counts, which is the control plane itself where nothing else does. */
export const LINKS_4_0_STEPS: Partial<WalkSpec['links']> = {
  block: [
    ['control-plane', 'traffic-manager', 9711],
    ['control-plane', 'traffic-manager', 9611],
    ['gateway', 'traffic-manager', 5672],
    ['gateway', 'control-plane', 5672],
  ],
}

/** A walk through a 4.x release: its gateways are all of one environment, templates/partials/apim/4.x/gateway-environment. */
export const walk4x = (
  propagationSeconds: number,
  forms: PayloadForms,
  links: Partial<WalkSpec['links']> = {},
): WalkSpec => ({
  propagationSeconds,
  forms,
  config: {...WALK_KEYS, usualEnvironment: 'Default'},
  links: {...LINKS, ...links},
})
