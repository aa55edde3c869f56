import type {asn1 as Asn1} from 'node-forge'
import {reasonOf} from '../failure.js'

/** What the JVM marks a trusted certificate with; it passes over all others (JDK, sun.security.pkcs12.PKCS12KeyStore). */
const TRUSTED_KEY_USAGE = '2.16.840.1.113894.746875.1.1'

/** What is in a PKCS#12 file, as PEM. */
interface Pkcs12 {
  readonly keys: readonly string[]
  readonly certificates: readonly string[]
  /** Those that a JVM would trust if this file were its trust store. */
  readonly trusted: readonly string[]
}

/** Opens a PKCS#12 file. Throws Error with a reason that can follow "which". */
export async function openPkcs12(file: Buffer, password: string): Promise<Pkcs12> {
  // The library is large: only who has such a file loads it.
  const {default: forge} = await import('node-forge')
  const {asn1, pem, pki, pkcs12} = forge
  const oids = pki.oids as Record<string, string>
  // forge leaves out attributes that have no name here.
  oids[TRUSTED_KEY_USAGE] = 'trustedKeyUsage'
  const write = (type: string, value: Asn1.Asn1) =>
    pem.encode({type, body: asn1.toDer(value).getBytes()}).replaceAll('\r', '')
  try {
    const store = pkcs12.pkcs12FromAsn1(asn1.fromDer(file.toString('binary')), password)
    const bags = store.safeContents.flatMap(it => it.safeBags)
    // What forge can't take apart (elliptic curves) it gives as it is.
    const certificates = bags
      .filter(it => it.type === oids.certBag)
      .map(({cert, asn1: plain, attributes}) => ({
        text: cert ? pki.certificateToPem(cert).replaceAll('\r', '') : write('CERTIFICATE', plain),
        trusted: Object.hasOwn(attributes as object, 'trustedKeyUsage'),
      }))
    return {
      keys: bags
        .filter(it => it.type === oids.keyBag || it.type === oids.pkcs8ShroudedKeyBag)
        .map(({key, asn1: plain}) => (key ? pki.privateKeyToPem(key) : write('PRIVATE KEY', plain))),
      certificates: certificates.map(it => it.text),
      trusted: certificates.filter(it => it.trusted).map(it => it.text),
    }
  } catch (error) {
    throw new Error(`is no PKCS12 file that the password opens: ${reasonOf(error)}`)
  }
}
