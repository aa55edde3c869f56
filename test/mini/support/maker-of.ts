import type {MakeComponent} from '../../../src/mini/component.js'
import {makeAnalyticsDashboard} from '../../../src/mini/components/analytics-dashboard/analytics-dashboard.js'
import {makeAnalyticsWorker} from '../../../src/mini/components/analytics-worker/analytics-worker.js'
import {makeControlPlane} from '../../../src/mini/components/control-plane/control-plane.js'
import {makeDevportal} from '../../../src/mini/components/devportal/devportal.js'
import {makeGateway} from '../../../src/mini/components/gateway/gateway.js'
import {makeKeyManager} from '../../../src/mini/components/key-manager/key-manager.js'
import {makePublisher} from '../../../src/mini/components/publisher/publisher.js'
import {makeTrafficManager} from '../../../src/mini/components/traffic-manager/traffic-manager.js'
import type {ComponentName} from '../../../src/mini/profiles.js'

/** What makes each component of a test's cluster; a test may put its own in the place of one, and has to put it back. */
export const MAKERS: Record<ComponentName, MakeComponent> = {
  publisher: makePublisher,
  devportal: makeDevportal,
  'key-manager': makeKeyManager,
  'control-plane': makeControlPlane,
  gateway: makeGateway,
  'traffic-manager': makeTrafficManager,
  'analytics-worker': makeAnalyticsWorker,
  'analytics-dashboard': makeAnalyticsDashboard,
}

/** All at once: a component that is imported later may be another copy of all that it imports, with other classes of errors. */
export const makerOf = (component: ComponentName): MakeComponent => MAKERS[component]
