import type {MakeComponent} from '../../component.js'

/** The key-manager of the built-in release. */
export const makeKeyManager: MakeComponent = () => ({})
