import forge from 'node-forge'

export interface Certificate {
  readonly key: string
  readonly cert: string
  /** A PKCS12 file, password "secret". */
  readonly pfx: Buffer
}

let serial = 1

const certify = (
  subject: string,
  names: readonly string[],
  issuer?: {cert: forge.pki.Certificate; key: forge.pki.rsa.PrivateKey},
) => {
  const pair = forge.pki.rsa.generateKeyPair(2048)
  const cert = forge.pki.createCertificate()
  cert.publicKey = pair.publicKey
  cert.serialNumber = String(serial++).padStart(2, '0')
  cert.validity.notBefore = new Date(Date.now() - 60_000)
  cert.validity.notAfter = new Date(Date.now() + 86_400_000)
  const attributes = [{name: 'commonName', value: subject}]
  cert.setSubject(attributes)
  cert.setIssuer(issuer ? issuer.cert.subject.attributes : attributes)
  cert.setExtensions(
    issuer
      ? [{name: 'subjectAltName', altNames: names.map(value => ({type: 2, value}))}]
      : [{name: 'basicConstraints', cA: true}],
  )
  cert.sign(issuer ? issuer.key : pair.privateKey, forge.md.sha256.create())
  return {cert, key: pair.privateKey}
}

const ca = certify('test ca', [])
const otherCa = certify('other ca', [])

const leaf = (names: readonly string[], issuer = ca): Certificate => {
  const {cert, key} = certify(names[0] ?? 'node', names, issuer)
  const p12 = forge.pkcs12.toPkcs12Asn1(key, [cert, issuer.cert], 'secret', {algorithm: '3des'})
  return {
    key: forge.pki.privateKeyToPem(key),
    cert: forge.pki.certificateToPem(cert) + forge.pki.certificateToPem(issuer.cert),
    pfx: Buffer.from(forge.asn1.toDer(p12).getBytes(), 'binary'),
  }
}

/** The CA that every node of the tests trusts. */
export const CA_PEM = forge.pki.certificateToPem(ca.cert)
/** Good for localhost. */
export const NODE = leaf(['localhost'])
/** Signed by a CA that nobody trusts. */
export const STRANGER = leaf(['localhost'], otherCa)
/** Signed by the right CA, for another host. */
export const ELSEWHERE = leaf(['elsewhere'])
