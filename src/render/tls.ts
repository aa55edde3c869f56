import type {Topology} from '../model/topology.js'
import type {Secrets} from './secrets.js'

/** A private key and its certificate, both PEM. */
export interface KeyPair {
  readonly key: string
  readonly certificate: string
}

/** Alias of the lab's key in every key store, as in the product's own. */
export const KEY_ALIAS = 'wso2carbon'
/** Password, key password and alias of the key stores in WSO2's images (repository/resources/security, all 3.x releases). */
export const PRODUCT_PASSWORD = 'wso2carbon'

/** Password of the key stores that the nodes of a lab read. */
export function keyStorePassword({settings, release}: Topology, secrets: Pick<Secrets, 'keyStore'>): string {
  if (settings.tls === 'product') return PRODUCT_PASSWORD
  return release.keyStore.password ?? secrets.keyStore
}

/** Key, certificate and trust of one lab, in the forms that its nodes read. */
export interface TlsMaterial {
  /** PEM: the lab's certificate. */
  readonly certificate: string
  readonly key: string
  /** PEM: the user's certificate authority. */
  readonly authority: string
  /** Content of the release's key store and trust store. */
  readonly keyStore: string | Uint8Array
  readonly trustStore: string | Uint8Array
  /** Key store with a certificate that no node trusts; only where a component asks for it. */
  readonly untrusted?: string | Uint8Array
}
