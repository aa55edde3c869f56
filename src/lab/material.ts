import {randomBytes} from 'node:crypto'
import type {DataDirectory} from '../disk/data-directory.js'
import type {LabFolder} from '../disk/lab-folder.js'
import type {Release} from '../model/release.js'
import type {Topology} from '../model/topology.js'
import {certificateNames, stillGood} from '../render/certificate-names.js'
import type {Secrets} from '../render/secrets.js'
import {KEY_ALIAS, keyStorePassword, type KeyPair, type TlsMaterial} from '../render/tls.js'
import {keptSecrets} from './kept-files.js'

const SECRET_BYTES = 18

/** The certificate by which a gateway checks API keys that a developer portal signed (apim.devportal.api_key_alias, its default). */
const API_KEY_ALIAS = 'gateway_certificate_alias'

const secret = () => randomBytes(SECRET_BYTES).toString('base64url')

/** The lab's secrets: those it has, and new ones for what it lacks. */
export async function labSecrets(folder: LabFolder, release: Release): Promise<Secrets> {
  const old = (await keptSecrets(folder)) ?? {}
  const secrets: Secrets = {
    mysqlRoot: old.mysqlRoot ?? secret(),
    accounts: Object.fromEntries(release.components.map(({name}) => [name, old.accounts?.[name] ?? secret()])),
    probeAccount: old.probeAccount ?? secret(),
    adminAccount: old.adminAccount ?? secret(),
    keyStore: old.keyStore ?? secret(),
  }
  await folder.writePrivate('secrets', `${JSON.stringify(secrets, undefined, 2)}\n`)
  return secrets
}

/** The user's own certificate authority; made at the first lab. */
export async function authority(data: DataDirectory, user: string, now: Date): Promise<KeyPair> {
  const old = await data.readAuthority()
  if (old) return old
  const {createAuthority} = await import('../render/certificates.js')
  return data.writeAuthority(createAuthority(user, now))
}

async function labCertificate(
  folder: LabFolder,
  issuer: KeyPair,
  names: readonly string[],
  now: Date,
): Promise<KeyPair> {
  const [key, certificate] = await Promise.all([folder.readPrivate('key'), folder.readPrivate('certificate')])
  if (key && certificate && stillGood({key, certificate}, issuer, names, now)) return {key, certificate}
  const {issueCertificate} = await import('../render/certificates.js')
  const made = issueCertificate(issuer, names, now)
  await folder.writePrivate('key', made.key)
  await folder.writePrivate('certificate', made.certificate)
  return made
}

/** Key, certificate and stores of a lab, in the forms that its release reads. */
export async function labTls(
  folder: LabFolder,
  data: DataDirectory,
  {
    topology,
    secrets,
    user,
    now,
  }: {
    readonly topology: Topology
    readonly secrets: Secrets
    readonly user: string
    readonly now: Date
  },
): Promise<TlsMaterial> {
  const {settings, release} = topology
  const issuer = await authority(data, user, now)
  const pair = await labCertificate(folder, issuer, certificateNames(settings, release), now)
  const base = {certificate: pair.certificate, key: pair.key, authority: issuer.certificate}
  if (release.keyStore.type === 'PEM')
    return {...base, keyStore: pair.certificate + pair.key, trustStore: issuer.certificate}
  const stores = await folder.readPrivate('stores')
  const kept =
    stores === undefined
      ? undefined
      : (JSON.parse(stores) as {certificate: string; keyStore: string; trustStore: string})
  // PKCS#12 is salted: made again it would differ, and every node would be recreated.
  if (kept?.certificate === pair.certificate)
    return {...base, keyStore: Buffer.from(kept.keyStore, 'base64'), trustStore: Buffer.from(kept.trustStore, 'base64')}
  const [{pkcs12KeyStore}, {pkcs12TrustStore}] = await Promise.all([
    import('../render/certificates.js'),
    import('../render/trust-store.js'),
  ])
  const password = keyStorePassword(topology, secrets)
  const keyStore = pkcs12KeyStore(pair, issuer.certificate, KEY_ALIAS, password)
  const trustStore = pkcs12TrustStore({'apim-lab': issuer.certificate, [API_KEY_ALIAS]: pair.certificate}, password)
  const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64')
  await folder.writePrivate(
    'stores',
    JSON.stringify({certificate: pair.certificate, keyStore: base64(keyStore), trustStore: base64(trustStore)}),
  )
  return {...base, keyStore, trustStore}
}
