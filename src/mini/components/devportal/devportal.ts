import type {MakeComponent} from '../../component.js'

/** The devportal of the built-in release. */
export const makeDevportal: MakeComponent = () => ({})
