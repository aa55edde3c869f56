import type {PayloadForms, StepLink, WalkSpec} from '../walk.js'
import {WALK_KEYS} from './walk-keys.js'

const policies: StepLink = ['publisher', 'traffic-manager', 9443]
const deploying: StepLink = ['publisher', 'gateway', 9443]
const scopes: StepLink = ['publisher', 'key-manager', 9443]
const keys: StepLink = ['devportal', 'key-manager', 9443]
const validation: StepLink = ['gateway', 'key-manager', 9443]
const revocation: StepLink = ['key-manager', 'traffic-manager', 9443]
const publisherEvents: StepLink = ['publisher', 'traffic-manager', 9611]
const devportalEvents: StepLink = ['devportal', 'traffic-manager', 9611]
const throttling: readonly StepLink[] = [
  ['gateway', 'traffic-manager', 9711],
  ['gateway', 'traffic-manager', 9611],
]
/** What a gateway is told, and then fetches. */
const eventHub: readonly StepLink[] = [
  ['gateway', 'traffic-manager', 5672],
  ['gateway', 'traffic-manager', 9443],
]
const analytics: readonly StepLink[] = [
  ['gateway', 'analytics-worker', 7712],
  ['gateway', 'analytics-worker', 7612],
]

/** By step: what components of 3.x ask each other for it. Facts: the tables of links of these releases, see links-3.2.ts. */
const LINKS: WalkSpec['links'] = {
  register: [],
  token: [],
  tidy: [],
  create: [scopes, publisherEvents],
  publish: [deploying, publisherEvents, ...eventHub],
  portal: [],
  application: [devportalEvents],
  keys: [keys, devportalEvents],
  subscribe: [devportalEvents, ...eventHub],
  'app-token': [],
  call: [validation, ...eventHub],
  'no-token': [],
  scope: [],
  opaque: [keys, devportalEvents, validation],
  limit: [policies, deploying, publisherEvents, ...throttling, ...eventHub],
  'app-limit': [policies, keys, devportalEvents, ...throttling, ...eventHub],
  block: [publisherEvents, ...eventHub],
  revoke: [revocation, ...eventHub],
  'web-socket': [deploying],
  'limit-over': eventHub,
  counted: analytics,
  alert: analytics,
  keep: [deploying],
  'clean-up': [],
}

/**
 * Steps by what 3.2.0's descriptions say (publisher-api.yaml and store-api.yaml of carbon-apimgt v6.7.206); those of 3.0 and 3.1 differ, and
 * their walk has none.
 */
const LINKS_3_2: WalkSpec['links'] = {
  document: [],
  comment: [],
  rating: [],
  'api-key': eventHub,
  'new-version': [scopes, publisherEvents],
}

/** A walk through a 3.x release. The name of the first environment: templates/partials/apim/gateway-environments. */
export const walk3x = (propagationSeconds: number, forms: PayloadForms): WalkSpec => ({
  propagationSeconds,
  forms,
  config: {...WALK_KEYS, usualEnvironment: 'Production and Sandbox'},
  links: forms.apiKeys ? {...LINKS, ...LINKS_3_2} : LINKS,
})
