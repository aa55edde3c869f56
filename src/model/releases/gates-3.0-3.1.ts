import type {Gate} from '../release.js'
import {onAdminUser, onPublisher, onSchema, type Product3x} from './product-3x.js'

const onKeyManager: Gate = {
  on: 'key-manager',
  reason:
    'block conditions, key templates and revoked tokens are read there at start: 15 tries, 15 s apart, then never again',
}
const onPolicies: Gate = {
  on: 'traffic-manager',
  reason: 'the default throttling policies are deployed there at start',
}
const onTopics: Gate = {
  on: 'traffic-manager',
  reason: "a topic that it can't listen to is tried again after 20 s, then up to an hour later",
}

/** Gates before the event hub. The traffic manager waits for nobody: it has neither a MySQL database nor a server. */
export const GATES_3_0_3_1: Product3x['gates'] = {
  'key-manager': [onSchema],
  publisher: [onSchema, onAdminUser, onPolicies],
  devportal: [onSchema, onAdminUser],
  gateway: [onKeyManager, onTopics],
  'analytics-worker': [onSchema],
  'analytics-dashboard': [onSchema, onPublisher],
}
