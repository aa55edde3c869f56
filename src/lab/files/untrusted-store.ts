import * as z from 'zod'
import type {LabFolder} from '../../disk/lab-folder.js'
import {fromJson} from '../../model/from-json.js'
import type {Topology} from '../../model/topology.js'
import {certificateNames, stillGood} from '../../render/certificate-names.js'
import {KEY_ALIAS, keyStorePassword} from '../../render/tls.js'
import type {Secrets} from '../../render/secrets.js'

/** As the lab folder keeps it. The authority's key is kept nowhere: it signs once. */
const kept = z.object({
  authority: z.string(),
  pair: z.object({key: z.string(), certificate: z.string()}),
  keyStore: z.base64(),
  /** The password of the key store. */
  password: z.string(),
})

type Kept = z.infer<typeof kept>

const parse = (text = '{}'): Kept | undefined => fromJson(kept, text)

async function made({topology, secrets}: Asked, names: readonly string[], now: Date): Promise<Kept> {
  const {createAuthority, issueCertificate, pkcs12KeyStore} = await import('../../render/certificates.js')
  const authority = createAuthority('nobody', now)
  const pair = issueCertificate(authority, names, now)
  const password = keyStorePassword(topology, secrets)
  const keyStore =
    topology.release.keyStore.type === 'PEM'
      ? Buffer.from(pair.certificate + pair.key)
      : pkcs12KeyStore(pair, authority.certificate, KEY_ALIAS, password)
  return {authority: authority.certificate, pair, keyStore: Buffer.from(keyStore).toString('base64'), password}
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
    stillGood(old.pair, {certificate: old.authority}, names, now) &&
    old.password === keyStorePassword(asked.topology, asked.secrets) &&
    isPem === Buffer.from(old.keyStore, 'base64').toString().startsWith('-----')
  const store = isGood ? old : await made(asked, names, now)
  if (!isGood) await folder.writePrivate('untrusted', JSON.stringify(store))
  const content = Buffer.from(store.keyStore, 'base64')
  return isPem ? content.toString() : content
}
