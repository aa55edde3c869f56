import {constants, generateKeyPairSync, privateEncrypt, randomBytes} from 'node:crypto'
import {attempt} from '../model/attempt.js'
import forge from 'node-forge'
import type {KeyPair} from './tls.js'

const DAY_MS = 86_400_000
const AUTHORITY_DAYS = 3650
/** Longest life that browsers accept from a certificate authority that the user added is longer; 825 days is Apple's limit. */
const CERTIFICATE_DAYS = 825

const rsa = () =>
  generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: {type: 'spki', format: 'pem'},
    privateKeyEncoding: {type: 'pkcs8', format: 'pem'},
  })

/** A positive serial number: the first byte is below 0x80. */
const serial = () => {
  const bytes = randomBytes(16)
  bytes[0] = (bytes[0]! & 0x7f) | 0x40
  return bytes.toString('hex')
}

function unsigned(publicKey: string, now: Date, days: number): forge.pki.Certificate {
  const certificate = forge.pki.createCertificate()
  certificate.publicKey = forge.pki.publicKeyFromPem(publicKey)
  certificate.serialNumber = serial()
  // A day back: clocks of a virtual machine lag behind its host's.
  certificate.validity.notBefore = new Date(now.getTime() - DAY_MS)
  certificate.validity.notAfter = new Date(now.getTime() + days * DAY_MS)
  return certificate
}

/** What stands before a SHA-256 digest in an RSA signature (RFC 8017, 9.2). */
const SHA256_DIGEST = Buffer.from('3031300d060960864801650304020105000420', 'hex')

/** Signs by OpenSSL: node-forge's own arithmetic takes 50 ms more of a processor. */
function sign(certificate: forge.pki.Certificate, key: string): void {
  const signer = {
    sign: (digest: forge.md.MessageDigest) => {
      const info = Buffer.concat([SHA256_DIGEST, Buffer.from(digest.digest().getBytes(), 'latin1')])
      return privateEncrypt({key, padding: constants.RSA_PKCS1_PADDING}, info).toString('latin1')
    },
  }
  certificate.sign(signer as forge.pki.rsa.PrivateKey, forge.md.sha256.create())
}

/** A certificate authority of its own for one user of this machine; valid 10 years. */
export function createAuthority(user: string, now: Date): KeyPair {
  const {publicKey, privateKey} = rsa()
  const certificate = unsigned(publicKey, now, AUTHORITY_DAYS)
  const subject = [
    {name: 'commonName', value: `apim-lab of ${user}`},
    {name: 'organizationName', value: 'apim-lab'},
  ]
  certificate.setSubject(subject)
  certificate.setIssuer(subject)
  certificate.setExtensions([
    {name: 'basicConstraints', cA: true, pathLenConstraint: 0, critical: true},
    {name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true},
    {name: 'subjectKeyIdentifier'},
  ])
  sign(certificate, privateKey)
  return {key: privateKey, certificate: forge.pki.certificateToPem(certificate)}
}

/** The pair of a private key; undefined for a text that is none. */
function pairOf(privateKey: string) {
  const key = attempt(() => forge.pki.privateKeyFromPem(privateKey))
  return key && {publicKey: forge.pki.publicKeyToPem(forge.pki.setRsaPublicKey(key.n, key.e)), privateKey}
}

/**
 * A server and client certificate with these names, and 127.0.0.1, signed by the authority; valid 825 days. `key`: the one that it had
 * before, which data of the lab may be encrypted with.
 */
export function issueCertificate(authority: KeyPair, names: readonly string[], now: Date, key?: string): KeyPair {
  const {publicKey, privateKey} = (key !== undefined && pairOf(key)) || rsa()
  const issuer = forge.pki.certificateFromPem(authority.certificate)
  const certificate = unsigned(publicKey, now, CERTIFICATE_DAYS)
  certificate.setSubject([{name: 'commonName', value: 'apim-lab'}])
  certificate.setIssuer(issuer.subject.attributes)
  certificate.setExtensions([
    {name: 'basicConstraints', cA: false, critical: true},
    {name: 'keyUsage', digitalSignature: true, keyEncipherment: true, critical: true},
    {name: 'extKeyUsage', serverAuth: true, clientAuth: true},
    {
      name: 'subjectAltName',
      altNames: [...names.map(value => ({type: 2, value})), {type: 7, ip: '127.0.0.1'}],
    },
    {name: 'subjectKeyIdentifier'},
    {name: 'authorityKeyIdentifier', keyIdentifier: issuer.generateSubjectKeyIdentifier().getBytes()},
  ])
  sign(certificate, authority.key)
  return {key: privateKey, certificate: forge.pki.certificateToPem(certificate)}
}

/** PKCS#12 with key and chain; the product's JVMs load it as type JKS too. Binary. */
export function pkcs12KeyStore(pair: KeyPair, authority: string, alias: string, password: string): Uint8Array {
  const store = forge.pkcs12.toPkcs12Asn1(
    forge.pki.privateKeyFromPem(pair.key),
    [forge.pki.certificateFromPem(pair.certificate), forge.pki.certificateFromPem(authority)],
    password,
    {friendlyName: alias, algorithm: 'aes256'},
  )
  return Buffer.from(forge.asn1.toDer(store).getBytes(), 'binary')
}
