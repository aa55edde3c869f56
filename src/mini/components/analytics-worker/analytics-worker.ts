import type {MakeComponent} from '../../component.js'

/** The analytics-worker of the built-in release. */
export const makeAnalyticsWorker: MakeComponent = () => ({})
