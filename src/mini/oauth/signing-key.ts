import {createPrivateKey, X509Certificate, type KeyObject} from 'node:crypto'
import type {KeyStore} from '../config/stores.js'

export interface SigningKey {
  readonly key: KeyObject
  readonly certificate: X509Certificate
}

/** The key that tokens are signed with: the node's TLS key, as in the product. Throws Error if the store has none with a certificate. */
export const signingKeyOf = ({key, cert, passphrase = ''}: KeyStore): SigningKey => ({
  key: createPrivateKey({key, passphrase}),
  certificate: new X509Certificate(cert),
})
