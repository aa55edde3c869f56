import type {MakeComponent} from '../../component.js'

/** The publisher of the built-in release. */
export const makePublisher: MakeComponent = () => ({})
