import type {MakeComponent} from '../../component.js'

/** The gateway of the built-in release. */
export const makeGateway: MakeComponent = () => ({})
