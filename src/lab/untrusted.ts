import type {LabFolder} from '../disk/lab-folder.js'
import type {Topology} from '../model/topology.js'
import {certificateNames, stillGood} from '../render/certificate-names.js'
import {KEY_ALIAS, keyStorePassword, type KeyPair} from '../render/tls.js'
import type {Secrets} from '../render/secrets.js'

/** As the lab folder keeps it. The authority's key is kept nowhere: it signs once. */
interface Kept {
  readonly authority: string
  readonly pair: KeyPair
  /** Base64. */
  readonly keyStore: string
}

function parse(text: string | undefined): Kept | undefined {
  try {
    return text === undefined ? undefined : (JSON.parse(text) as Kept)
  } catch {
    return undefined
  }
}

async function made({topology, secrets}: Asked, names: readonly string[], now: Date): Promise<Kept> {
  const {createAuthority, issueCertificate, pkcs12KeyStore} = await import('../render/certificates.js')
  const authority = createAuthority('nobody', now)
  const pair = issueCertificate(authority, names, now)
  const keyStore =
    topology.release.keyStore.type === 'PEM'
      ? Buffer.from(pair.certificate + pair.key)
      : pkcs12KeyStore(pair, authority.certificate, KEY_ALIAS, keyStorePassword(topology, secrets))
  return {authority: authority.certificate, pair, keyStore: Buffer.from(keyStore).toString('base64')}
}

interface Asked {
  readonly topology: Topology
  readonly secrets: Secrets
}

/** A key store with the lab's names whose certificate nobody trusts; undefined where no component asks for it. */
export async function untrustedStore(
  folder: LabFolder,
  asked: Asked,
  now: Date,
): Promise<string | Uint8Array | undefined> {
  const {settings, release} = asked.topology
  if (!Object.values(settings.components).some(({certificate}) => certificate === 'untrusted')) return undefined
  const names = certificateNames(settings, release)
  const old = parse(await folder.readPrivate('untrusted'))
  const isPem = release.keyStore.type === 'PEM'
  const isGood =
    old !== undefined &&
    stillGood(old.pair, {key: '', certificate: old.authority}, names, now) &&
    isPem === Buffer.from(old.keyStore, 'base64').toString().startsWith('-----')
  const kept = isGood ? old : await made(asked, names, now)
  if (!isGood) await folder.writePrivate('untrusted', JSON.stringify(kept))
  const content = Buffer.from(kept.keyStore, 'base64')
  return isPem ? content.toString() : content
}
