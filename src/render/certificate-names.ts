import {X509Certificate} from 'node:crypto'
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

/** Whether the certificate has all the names, is the authority's, and lives for another 30 days. */
export function stillGood(pair: KeyPair, authority: KeyPair, names: readonly string[], now: Date): boolean {
  const certificate = new X509Certificate(pair.certificate)
  const has = new Set(certificate.subjectAltName?.split(', ').map(name => name.replace(/^DNS:/, '')))
  return (
    Date.parse(certificate.validTo) - now.getTime() > 30 * DAY_MS &&
    names.every(name => has.has(name)) &&
    certificate.verify(new X509Certificate(authority.certificate).publicKey)
  )
}
