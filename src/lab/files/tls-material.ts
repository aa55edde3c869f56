import {createHash, randomBytes} from 'node:crypto'
import type {DataDirectory} from '../../disk/data-directory.js'
import type {LabFolder} from '../../disk/lab-folder.js'
import {attempt} from '../../model/attempt.js'
import type {Release} from '../../model/release.js'
import type {Topology} from '../../model/topology.js'
import {LabError} from '../../errors.js'
import {authorityFault, certificateNames, stillGood} from '../../render/certificate-names.js'
import type {Secrets} from '../../render/secrets.js'
import {KEY_ALIAS, keyStorePassword, type KeyPair, type TlsMaterial} from '../../render/tls.js'
import {keptSecrets} from '../state/kept-files.js'

const SECRET_BYTES = 18

/** docs-apim 4.7.0: `openssl rand -hex 32`. */
const ENCRYPTION_KEY_BYTES = 32

/** The certificate by which a gateway checks API keys that a developer portal signed (apim.devportal.api_key_alias, its default). */
const API_KEY_ALIAS = 'gateway_certificate_alias'

const secret = () => randomBytes(SECRET_BYTES).toString('base64url')

/** The lab's secrets: those it has, and new ones for what it lacks. */
export async function labSecrets(folder: LabFolder, release: Release): Promise<Secrets> {
  const old = (await keptSecrets(folder)) ?? {}
  const secrets: Secrets = {
    databaseRoot: old.databaseRoot ?? secret(),
    accounts: Object.fromEntries(release.components.map(({name}) => [name, old.accounts?.[name] ?? secret()])),
    probeAccount: old.probeAccount ?? secret(),
    adminAccount: old.adminAccount ?? secret(),
    keyStore: old.keyStore ?? secret(),
    encryptionKey: old.encryptionKey ?? randomBytes(ENCRYPTION_KEY_BYTES).toString('hex'),
  }
  await folder.writePrivate('secrets', `${JSON.stringify(secrets, undefined, 2)}\n`)
  return secrets
}

/** The user's own certificate authority; made at the first lab. Throws `authority-damaged`: users trust the one that was there. */
export async function authority(data: DataDirectory, user: string, now: Date): Promise<KeyPair> {
  const old = await keptAuthority(data, now)
  if (old) return old
  const {createAuthority} = await import('../../render/certificates.js')
  return whole(await data.writeAuthority(createAuthority(user, now)), data, now)
}

/** The authority that was made before; undefined where there is none. Throws `authority-damaged` for half of one. */
export async function keptAuthority(data: DataDirectory, now: Date): Promise<KeyPair | undefined> {
  const old = await data.readAuthority()
  return old && whole(old, data, now)
}

type Kept = NonNullable<Awaited<ReturnType<DataDirectory['readAuthority']>>>

function whole(kept: Kept, {authorityFolder}: DataDirectory, now: Date): KeyPair {
  const fault = authorityFault(kept, now)
  if (fault === undefined) return kept as KeyPair
  throw new LabError(
    'authority-damaged',
    `The certificate authority in ${authorityFolder} can't be used: ${fault}. Browsers and systems that trust it would trust no other, so it is not replaced.`,
    {
      next: [
        `ls -l ${authorityFolder} (put both files back from a copy, where there is one)`,
        `mv ${authorityFolder} ${authorityFolder}.old (the next up makes another, to be trusted again)`,
      ],
    },
  )
}

async function labCertificate(
  folder: LabFolder,
  issuer: KeyPair,
  names: readonly string[],
  now: Date,
): Promise<KeyPair> {
  const [key, certificate] = await Promise.all([folder.readPrivate('key'), folder.readPrivate('certificate')])
  const isGood = key && certificate && stillGood({key, certificate}, issuer, names, now)
  const pair = isGood
    ? {key, certificate}
    : (await import('../../render/certificates.js')).issueCertificate(issuer, names, now, key)
  // Also where they stay: only we may read them.
  await folder.writePrivate('key', pair.key)
  await folder.writePrivate('certificate', pair.certificate)
  return pair
}

/** The stores of a lab as its folder keeps them: PKCS#12 is salted, so made again they would differ, and every node would be recreated. */
interface KeptStores {
  /** What they were made from. */
  readonly from: string
  /** Base64. */
  readonly keyStore: string
  readonly trustStore: string
  readonly sum: string
}

const sumOf = (...parts: readonly string[]) => createHash('sha256').update(JSON.stringify(parts)).digest('hex')

const parseStores = (text = '{}'): KeptStores | undefined =>
  attempt(() => {
    const stores = JSON.parse(text) as KeptStores
    return stores.sum === sumOf(stores.from, stores.keyStore, stores.trustStore) ? stores : undefined
  })

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
  const password = keyStorePassword(topology, secrets)
  const from = sumOf(pair.certificate, pair.key, issuer.certificate, password)
  const kept = parseStores(await folder.readPrivate('stores'))
  if (kept?.from === from)
    return {...base, keyStore: Buffer.from(kept.keyStore, 'base64'), trustStore: Buffer.from(kept.trustStore, 'base64')}
  const [{pkcs12KeyStore}, {pkcs12TrustStore}] = await Promise.all([
    import('../../render/certificates.js'),
    import('../../render/trust-store.js'),
  ])
  const keyStore = pkcs12KeyStore(pair, issuer.certificate, KEY_ALIAS, password)
  const trustStore = pkcs12TrustStore({'apim-lab': issuer.certificate, [API_KEY_ALIAS]: pair.certificate}, password)
  const [keyText, trustText] = [keyStore, trustStore].map(bytes => Buffer.from(bytes).toString('base64')) as [
    string,
    string,
  ]
  const stores: KeptStores = {from, keyStore: keyText, trustStore: trustText, sum: sumOf(from, keyText, trustText)}
  await folder.writePrivate('stores', JSON.stringify(stores))
  return {...base, keyStore, trustStore}
}
