import type {MakeComponent} from '../../component.js'

/** The traffic-manager of the built-in release. */
export const makeTrafficManager: MakeComponent = () => ({})
