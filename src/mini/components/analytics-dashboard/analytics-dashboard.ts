import type {MakeComponent} from '../../component.js'

/** The analytics-dashboard of the built-in release. */
export const makeAnalyticsDashboard: MakeComponent = () => ({})
