import {randomBytes} from 'node:crypto'
import forge from 'node-forge'

const {asn1, pki} = forge
const {UNIVERSAL, CONTEXT_SPECIFIC} = asn1.Class

const MAC_ITERATIONS = 2048
const MAC_KEY_BYTES = 20
const MAC_PURPOSE = 3
const PKCS12_VERSION = 3

/** What makes a Java key store take a certificate without a key as trusted (JDK, sun.security.pkcs12.PKCS12KeyStore). */
const TRUSTED_KEY_USAGE = '2.16.840.1.113894.746875.1.1'
const ANY_EXTENDED_KEY_USAGE = '2.5.29.37.0'

type Node = forge.asn1.Asn1

const sequence = (...values: Node[]) => asn1.create(UNIVERSAL, asn1.Type.SEQUENCE, true, values)
const set = (...values: Node[]) => asn1.create(UNIVERSAL, asn1.Type.SET, true, values)
const oid = (value: string) => asn1.create(UNIVERSAL, asn1.Type.OID, false, asn1.oidToDer(value).getBytes())
const octets = (bytes: string) => asn1.create(UNIVERSAL, asn1.Type.OCTETSTRING, false, bytes)
const integer = (value: number) => asn1.create(UNIVERSAL, asn1.Type.INTEGER, false, asn1.integerToDer(value).getBytes())
const tagged = (value: Node) => asn1.create(CONTEXT_SPECIFIC, 0, true, [value])
const der = (value: Node) => asn1.toDer(value).getBytes()
const nothing = () => asn1.create(UNIVERSAL, asn1.Type.NULL, false, '')
const known = (name: string) => oid(pki.oids[name]!)

const attribute = (type: Node, value: Node) => sequence(type, set(value))

function trustedCertificate(alias: string, pem: string): Node {
  const certificate = octets(der(pki.certificateToAsn1(pki.certificateFromPem(pem))))
  // forge turns the text of a BMP string into UTF-16 itself.
  const name = asn1.create(UNIVERSAL, asn1.Type.BMPSTRING, false, alias)
  return sequence(
    known('certBag'),
    tagged(sequence(known('x509Certificate'), tagged(certificate))),
    set(attribute(known('friendlyName'), name), attribute(oid(TRUSTED_KEY_USAGE), oid(ANY_EXTENDED_KEY_USAGE))),
  )
}

function mac(content: string, password: string): Node {
  const salt = randomBytes(8).toString('binary')
  const sha1 = forge.md.sha1.create()
  // Its types leave the digest out.
  const derive = (forge.pkcs12 as unknown as {generateKey: (...values: unknown[]) => forge.util.ByteBuffer}).generateKey
  const key = derive(password, forge.util.createBuffer(salt), MAC_PURPOSE, MAC_ITERATIONS, MAC_KEY_BYTES, sha1)
  const hmac = forge.hmac.create()
  hmac.start('sha1', key.getBytes())
  hmac.update(content)
  return sequence(
    sequence(sequence(known('sha1'), nothing()), octets(hmac.getMac().getBytes())),
    octets(salt),
    integer(MAC_ITERATIONS),
  )
}

/** PKCS#12 with certificates alone, by alias, each trusted by Java. Binary. */
export function pkcs12TrustStore(certificates: Readonly<Record<string, string>>, password: string): Uint8Array {
  const bags = Object.entries(certificates).map(([alias, pem]) => trustedCertificate(alias, pem))
  const data = (content: string) => sequence(known('data'), tagged(octets(content)))
  const safe = der(sequence(data(der(sequence(...bags)))))
  const store = sequence(integer(PKCS12_VERSION), data(safe), mac(safe, password))
  return Buffer.from(der(store), 'binary')
}
