import type {MakeComponent} from '../component.js'
import type {Component} from '../profiles.js'
import {makeAnalyticsDashboard} from './analytics-dashboard/analytics-dashboard.js'
import {makeAnalyticsWorker} from './analytics-worker/analytics-worker.js'
import {makeDevportal} from './devportal/devportal.js'
import {makeGateway} from './gateway/gateway.js'
import {makeKeyManager} from './key-manager/key-manager.js'
import {makePublisher} from './publisher/publisher.js'
import {makeTrafficManager} from './traffic-manager/traffic-manager.js'

/** What each profile does, beside what all nodes do. */
export const COMPONENTS: Readonly<Record<Component, MakeComponent>> = {
  publisher: makePublisher,
  devportal: makeDevportal,
  'key-manager': makeKeyManager,
  gateway: makeGateway,
  'traffic-manager': makeTrafficManager,
  'analytics-worker': makeAnalyticsWorker,
  'analytics-dashboard': makeAnalyticsDashboard,
}
