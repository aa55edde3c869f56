import {createPrivateKey, X509Certificate, type KeyObject} from 'node:crypto'
import type {KeyStore} from '../config/stores.js'

export interface SigningKey {
  readonly key: KeyObject
  readonly certificate: X509Certificate
}

/** The key that tokens are signed with: the node's TLS key, as in the product. Throws Error if the store has none with a certificate. */
export const signingKeyOf = async ({key, cert, pfx, passphrase = ''}: KeyStore): Promise<SigningKey> =>
  pfx === undefined
    ? {key: createPrivateKey({key: key as Buffer, passphrase}), certificate: new X509Certificate(cert as Buffer)}
    : fromPkcs12(pfx as Buffer, passphrase)

/** Node gives no key out of a PKCS12 file. The library is large: only who has such a file loads it. */
const fromPkcs12 = async (pfx: Buffer, password: string): Promise<SigningKey> => {
  const {default: forge} = await import('node-forge')
  const store = forge.pkcs12.pkcs12FromAsn1(forge.asn1.fromDer(pfx.toString('binary')), password)
  const bags = (type: string) => store.getBags({bagType: type})[type] ?? []
  const {pkcs8ShroudedKeyBag, keyBag, certBag} = forge.pki.oids as Record<string, string>
  const found = [...bags(pkcs8ShroudedKeyBag ?? ''), ...bags(keyBag ?? '')].find(bag => bag.key)?.key
  if (!found) throw new Error('the key store has no key')
  const key = createPrivateKey(forge.pki.privateKeyToPem(found))
  const certificate = bags(certBag ?? '')
    .flatMap(bag => (bag.cert ? [new X509Certificate(forge.pki.certificateToPem(bag.cert))] : []))
    .find(it => it.checkPrivateKey(key))
  if (!certificate) throw new Error('the key store has no certificate of its key')
  return {key, certificate}
}
