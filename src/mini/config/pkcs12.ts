import {createDecipheriv, pbkdf2Sync} from 'node:crypto'
import {createSecureContext} from 'node:tls'
import {reasonOf} from '../failure.js'
import {
  content,
  elements,
  EXPLICIT_0,
  IMPLICIT_0,
  inside,
  number,
  objectId,
  OCTETS,
  SEQUENCE,
  SET,
  type Element,
} from './der.js'

/** Object identifiers, in hexadecimal. */
const DATA = '2a864886f70d010701'
const ENCRYPTED_DATA = '2a864886f70d010706'
const CERTIFICATE_BAG = '2a864886f70d010c0a0103'
const X509 = '2a864886f70d01091601'
const PBES2 = '2a864886f70d01050d'
/** 2.16.840.1.113894.746875.1.1: what the JVM marks a trusted certificate with; it passes over all others. */
const TRUSTED_KEY_USAGE = '6086480186f966adca7b0101'
const DIGESTS: Readonly<Record<string, string>> = {
  '2a864886f70d0207': 'sha1',
  '2a864886f70d0209': 'sha256',
  '2a864886f70d020a': 'sha384',
  '2a864886f70d020b': 'sha512',
}
const CIPHERS: Readonly<Record<string, {readonly name: string; readonly keyBytes: number}>> = {
  '608648016503040102': {name: 'aes-128-cbc', keyBytes: 16},
  '608648016503040116': {name: 'aes-192-cbc', keyBytes: 24},
  '60864801650304012a': {name: 'aes-256-cbc', keyBytes: 32},
}

/** What OpenSSL says of a store that it could open and that has no key. */
const NO_KEY = 'Unable to load private key from PFX data'

/**
 * The certificates that a JVM would trust if this PKCS#12 file were its trust store, as PEM. Node reads such files only for the key
 * that is in them. Throws Error with a reason that can follow "which".
 */
export const trustedCertificates = (store: Buffer, password: string): readonly string[] => {
  checkPassword(store, password)
  try {
    const [, safe] = inside(elements(store)[0], SEQUENCE)
    const bags = elements(dataOf(safe, password)).flatMap(list =>
      inside(list, SEQUENCE).flatMap(part => elements(dataOf(part, password))),
    )
    return bags.flatMap(list => inside(list, SEQUENCE)).flatMap(certificateOf)
  } catch (error) {
    throw new Error(`can't be read as PKCS12: ${reasonOf(error)}`)
  }
}

const checkPassword = (pfx: Buffer, passphrase: string) => {
  try {
    createSecureContext({pfx, passphrase})
  } catch (error) {
    if (reasonOf(error) !== NO_KEY) throw new Error(`is no PKCS12 file that the password opens: ${reasonOf(error)}`)
  }
}

/** The octets of a ContentInfo, decrypted if they have to be. */
const dataOf = (info: Element | undefined, password: string): Buffer => {
  const [type, wrapped] = inside(info, SEQUENCE)
  const [value] = inside(wrapped, EXPLICIT_0)
  switch (objectId(type)) {
    case DATA:
      return content(value, OCTETS)
    case ENCRYPTED_DATA:
      return decrypt(value, password)
    default:
      throw new Error('it has a part that is neither plain nor encrypted with a password')
  }
}

const decrypt = (encrypted: Element | undefined, password: string): Buffer => {
  const [, info] = inside(encrypted, SEQUENCE)
  const [, algorithm, octets] = inside(info, SEQUENCE)
  const [scheme, parameters] = inside(algorithm, SEQUENCE)
  if (objectId(scheme) !== PBES2) throw new Error('it is encrypted with an old cipher; mini knows PBES2 with AES')
  const [derivation, encryption] = inside(parameters, SEQUENCE)
  const [salt, iterations, ...more] = inside(inside(derivation, SEQUENCE)[1], SEQUENCE)
  const prf = more.find(({tag}) => tag === SEQUENCE)
  const digest = prf ? DIGESTS[objectId(inside(prf, SEQUENCE)[0])] : 'sha1'
  const [cipherId, iv] = inside(encryption, SEQUENCE)
  const cipher = CIPHERS[objectId(cipherId)]
  if (!digest || !cipher) throw new Error('it is encrypted with a cipher that mini does not know')
  const key = pbkdf2Sync(password, content(salt, OCTETS), number(iterations), cipher.keyBytes, digest)
  const decipher = createDecipheriv(cipher.name, key, content(iv, OCTETS))
  return Buffer.concat([decipher.update(content(octets, IMPLICIT_0)), decipher.final()])
}

const certificateOf = (bag: Element): readonly string[] => {
  const [type, value, attributes] = inside(bag, SEQUENCE)
  if (objectId(type) !== CERTIFICATE_BAG) return []
  const marks = attributes ? inside(attributes, SET).map(it => objectId(inside(it, SEQUENCE)[0])) : []
  if (!marks.includes(TRUSTED_KEY_USAGE)) return []
  const [kind, wrapped] = inside(inside(value, EXPLICIT_0)[0], SEQUENCE)
  if (objectId(kind) !== X509) return []
  const base64 = content(inside(wrapped, EXPLICIT_0)[0], OCTETS).toString('base64')
  return [`-----BEGIN CERTIFICATE-----\n${base64.replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`]
}
