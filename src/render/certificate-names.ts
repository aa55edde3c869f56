import {createPrivateKey, X509Certificate} from 'node:crypto'
import {attempt} from '../model/attempt.js'
import {browserHost, type HostSettings} from '../model/names.js'
import type {Release} from '../model/release.js'
import type {KeyPair} from './tls.js'

const DAY_MS = 86_400_000

/**
 * Every name that a node or a browser of this lab can use, as many nodes as the release allows: a certificate stays when a
 * component is scaled, and no other node has to be recreated.
 */
export function certificateNames(settings: HostSettings, release: Release): readonly string[] {
  const components = release.components.flatMap(({name, replicas}) => [
    name,
    ...Array.from({length: replicas.max}, (_, i) => `${name}-${i + 1}`),
    browserHost(name, settings),
  ])
  return [...new Set(['localhost', 'load-balancer', ...components])]
}

/** Why a key and a certificate can't be an authority's, in words; undefined for those that can. */
export function authorityFault(
  {key, certificate}: {readonly key: string | undefined; readonly certificate: string | undefined},
  now: Date,
): string | undefined {
  if (certificate === undefined) return 'its certificate is gone'
  if (key === undefined) return 'its key is gone'
  const parsed = attempt(() => new X509Certificate(certificate))
  if (!parsed) return 'its certificate is damaged'
  const secret = attempt(() => createPrivateKey(key))
  if (!secret) return 'its key is damaged'
  if (!parsed.checkPrivateKey(secret)) return 'its key is not that of its certificate'
  if (!parsed.ca) return 'its certificate may not sign others'
  if (Date.parse(parsed.validTo) <= now.getTime()) return `its certificate ended on ${parsed.validTo}`
  return undefined
}

/** Whether key and certificate are whole and belong together, and the certificate has all the names, is the authority's, and lives for another 30 days. */
export function stillGood(
  pair: KeyPair,
  authority: Pick<KeyPair, 'certificate'>,
  names: readonly string[],
  now: Date,
): boolean {
  return attempt(() => isGood(pair, authority, names, now)) ?? false
}

function isGood(pair: KeyPair, authority: Pick<KeyPair, 'certificate'>, names: readonly string[], now: Date): boolean {
  const certificate = new X509Certificate(pair.certificate)
  const has = new Set(certificate.subjectAltName?.split(', ').map(name => name.replace(/^DNS:/, '')))
  return (
    Date.parse(certificate.validTo) - now.getTime() > 30 * DAY_MS &&
    names.every(name => has.has(name)) &&
    certificate.checkPrivateKey(createPrivateKey(pair.key)) &&
    certificate.verify(new X509Certificate(authority.certificate).publicKey)
  )
}
