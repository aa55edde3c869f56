import type {MakeComponent} from '../component.js'
import type {ComponentName} from '../profiles.js'

/** What each profile does, beside what all nodes do. */
export const COMPONENTS: Readonly<Record<ComponentName, () => Promise<MakeComponent>>> = {
  publisher: async () => (await import('./publisher/publisher.js')).makePublisher,
  devportal: async () => (await import('./devportal/devportal.js')).makeDevportal,
  'key-manager': async () => (await import('./key-manager/key-manager.js')).makeKeyManager,
  'control-plane': async () => (await import('./control-plane/control-plane.js')).makeControlPlane,
  gateway: async () => (await import('./gateway/gateway.js')).makeGateway,
  'traffic-manager': async () => (await import('./traffic-manager/traffic-manager.js')).makeTrafficManager,
  'analytics-worker': async () => (await import('./analytics-worker/analytics-worker.js')).makeAnalyticsWorker,
  'analytics-dashboard': async () =>
    (await import('./analytics-dashboard/analytics-dashboard.js')).makeAnalyticsDashboard,
}

/** Loads what makes a component: a node needs one of them. */
export const makerOf = (component: ComponentName): Promise<MakeComponent> => COMPONENTS[component]()
