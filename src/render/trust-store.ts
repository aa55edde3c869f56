import {randomBytes} from 'node:crypto'
import forge from 'node-forge'

const {asn1} = forge
const {Type, Class} = asn1

const ITERATIONS = 2048
const SALT_BYTES = 8
const SHA1_BYTES = 20
const MAC_KEY = 3

const OIDS = {
  data: '1.2.840.113549.1.7.1',
  certificateBag: '1.2.840.113549.1.12.10.1.3',
  x509: '1.2.840.113549.1.9.22.1',
  friendlyName: '1.2.840.113549.1.9.20',
  /** Without it a JVM passes over the certificate: it sees an empty trust store. */
  trustedKeyUsage: '2.16.840.1.113894.746875.1.1',
  anyUsage: '2.5.29.37.0',
  sha1: '1.3.14.3.2.26',
}

const make = (type: forge.asn1.Type, value: string | forge.asn1.Asn1[]) =>
  asn1.create(Class.UNIVERSAL, type, Array.isArray(value), value as forge.asn1.Asn1[])
const sequence = (...parts: forge.asn1.Asn1[]) => make(Type.SEQUENCE, parts)
const explicit = (value: forge.asn1.Asn1) => asn1.create(Class.CONTEXT_SPECIFIC, 0 as forge.asn1.Type, true, [value])
const oid = (name: keyof typeof OIDS) => make(Type.OID, asn1.oidToDer(OIDS[name]).getBytes())
const octets = (bytes: string) => make(Type.OCTETSTRING, bytes)
const der = (value: forge.asn1.Asn1) => asn1.toDer(value).getBytes()
const attribute = (name: keyof typeof OIDS, value: forge.asn1.Asn1) => sequence(oid(name), make(Type.SET, [value]))
const data = (value: forge.asn1.Asn1) => sequence(oid('data'), explicit(octets(der(value))))

const bag = (alias: string, pem: string) => {
  const certificate = der(forge.pki.certificateToAsn1(forge.pki.certificateFromPem(pem)))
  return sequence(
    oid('certificateBag'),
    explicit(sequence(oid('x509'), explicit(octets(certificate)))),
    make(Type.SET, [
      attribute('friendlyName', make(Type.BMPSTRING, alias)),
      attribute('trustedKeyUsage', oid('anyUsage')),
    ]),
  )
}

function mac(content: string, password: string) {
  const salt = randomBytes(SALT_BYTES).toString('binary')
  const key = forge.pkcs12.generateKey(password, forge.util.createBuffer(salt), MAC_KEY, ITERATIONS, SHA1_BYTES)
  const hmac = forge.hmac.create()
  hmac.start('sha1', key)
  hmac.update(content)
  const algorithm = sequence(oid('sha1'), make(Type.NULL, ''))
  const iterations = make(Type.INTEGER, asn1.integerToDer(ITERATIONS).getBytes())
  return sequence(sequence(algorithm, octets(hmac.digest().getBytes())), octets(salt), iterations)
}

/** PKCS#12 with certificates that a JVM trusts, PEM by alias. Binary. */
export function pkcs12TrustStore(certificates: Readonly<Record<string, string>>, password: string): Uint8Array {
  const bags = sequence(...Object.entries(certificates).map(([alias, pem]) => bag(alias, pem)))
  const safe = sequence(data(bags))
  const version = make(Type.INTEGER, asn1.integerToDer(3).getBytes())
  return Buffer.from(der(sequence(version, data(safe), mac(der(safe), password))), 'binary')
}
