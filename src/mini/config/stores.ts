import {createPrivateKey, X509Certificate} from 'node:crypto'
import {readFileSync} from 'node:fs'
import {resolve} from 'node:path'
import {createSecureContext} from 'node:tls'
import {reasonOf, StartFailure} from '../failure.js'
import type {Role} from '../profiles.js'
import {dotted, type KeyPath} from './keys.js'
import {openPkcs12} from './pkcs12.js'
import type {Settings} from './settings.js'

/** Key, certificate chain and passphrase of this node's TLS ports, as Node's TLS takes them: PEM, whatever the file is. */
export interface KeyStore {
  readonly key: string | Buffer
  readonly cert: string | Buffer
  /** Without a list of its own, Node parses all its built-in root certificates for a server that never asks for a client's. */
  readonly ca?: []
  readonly passphrase?: string
}

const KEYS = {why: 'the TLS ports need a key and a certificate', example: 'the file name of a key store'}
const TRUST = {why: 'the node verifies its peers with it', example: 'the file name of CA certificates'}
const STORE_TYPE = {why: 'it tells how to read the file', example: '"PEM", "PKCS12" or "JKS"'}
/** Where deployment.toml's file names are looked for, relative to the product home. */
const SECURITY = 'repository/resources/security'

/** The key store of the node. Throws StartFailure naming key and file if it can't be used. */
export async function readKeyStore(role: Role, home: string, settings: Settings): Promise<KeyStore> {
  if (role.product === 'api-manager') {
    const file = dotted('keystore.tls.file_name')
    const path = resolve(home, SECURITY, settings.text(file, KEYS))
    const type = settings.text(dotted('keystore.tls.type'), STORE_TYPE)
    const password = settings.maybeText(dotted('keystore.tls.password'), KEYS)
    return loadKeyStore(path, type.toUpperCase() === 'PEM', password, file, settings)
  }
  const listener = httpsListener(settings)
  const file = [...listener, 'keyStoreFile']
  const path = resolve(home, settings.text(file, KEYS))
  const password = settings.maybeText([...listener, 'keyStorePassword'], KEYS)
  return loadKeyStore(path, isPem(path), password, file, settings)
}

const isPem = (path: string) => /\.(pem|crt)$/i.test(path)

const LISTENERS: KeyPath = ['wso2.transport.http', 'listenerConfigurations']

function httpsListener(settings: Settings): KeyPath {
  const need = {why: KEYS.why, example: 'a listener with scheme: https'}
  const count = settings.count(LISTENERS, need)
  for (let index = 0; index < count; index++) {
    if (settings.value([...LISTENERS, index, 'scheme']) === 'https') return [...LISTENERS, index]
  }
  throw settings.missing(LISTENERS, need)
}

async function loadKeyStore(
  path: string,
  isPemFile: boolean,
  password: string | undefined,
  key: KeyPath,
  settings: Settings,
): Promise<KeyStore> {
  const content = readStore(path, key, settings)
  const pem = isPemFile ? content : await keyOfPkcs12(path, content, password, key, settings)
  const store: KeyStore = {key: pem, cert: pem, ca: [], ...(password !== undefined && {passphrase: password})}
  try {
    createSecureContext(store)
  } catch (error) {
    const kind = 'no PEM file with a key and its certificates'
    throw settings.failure(key, `names ${path}, which is ${kind}: ${reasonOf(error)}`)
  }
  return store
}

/** The key of a PKCS#12 file and its certificates, its own first. Throws StartFailure if it has none. */
async function keyOfPkcs12(
  path: string,
  content: Buffer,
  password = '',
  key: KeyPath,
  settings: Settings,
): Promise<string> {
  const {keys, certificates} = await openStore(path, content, password, key, settings)
  const [first] = keys
  const own = first && certificates.find(it => new X509Certificate(it).checkPrivateKey(createPrivateKey(first)))
  if (!own) throw settings.failure(key, `names ${path}, which has no key with its certificate`)
  return [first, own, ...certificates.filter(it => it !== own)].join('')
}

/** Opens a PKCS#12 file: JVMs take them for stores of type JKS too. Throws StartFailure naming key and file if it can't be opened. */
const openStore = (path: string, content: Buffer, password: string, key: KeyPath, settings: Settings) =>
  openPkcs12(content, password).catch((error: unknown) => {
    throw settings.failure(key, `names ${path}, which ${reasonOf(error)}`)
  })

/** The CA certificates that peers are verified with. Throws StartFailure naming key and file if they can't be used. */
export async function readTrustStore(role: Role, home: string, settings: Settings): Promise<Buffer> {
  const file = role.product === 'api-manager' ? dotted('truststore.file_name') : AGENT_TRUST
  const folder = role.product === 'api-manager' ? SECURITY : '.'
  const path = resolve(home, folder, settings.text(file, TRUST))
  const type =
    role.product === 'api-manager' ? settings.text(dotted('truststore.type'), STORE_TYPE) : isPem(path) ? 'PEM' : 'JKS'
  if (type.toUpperCase() !== 'PEM') {
    const password = role.product === 'api-manager' ? dotted('truststore.password') : AGENT_TRUST_PASSWORD
    const opened = await openStore(
      path,
      readStore(path, file, settings),
      settings.maybeText(password, TRUST) ?? '',
      file,
      settings,
    )
    if (opened.trusted.length > 0) return Buffer.from(opened.trusted.join(''))
    throw settings.failure(file, `names ${path}, in which no certificate is marked as trusted`)
  }
  const content = readStore(path, file, settings)
  if (!content.includes('-----BEGIN CERTIFICATE-----')) {
    throw settings.failure(file, `names ${path}, which has no certificate in PEM`)
  }
  try {
    createSecureContext({ca: content})
  } catch (error) {
    throw settings.failure(file, `names ${path}, which has a certificate that can't be read: ${reasonOf(error)}`)
  }
  return content
}

/** The one key of an analytics file that names a trust store; the product's JVM gets the same file by a system property. */
const AGENT: KeyPath = ['data.agent.config', 'agents', 0, 'agentConfiguration']
const AGENT_TRUST: KeyPath = [...AGENT, 'trustStorePath']
const AGENT_TRUST_PASSWORD: KeyPath = [...AGENT, 'trustStorePassword']

function readStore(path: string, key: KeyPath, settings: Settings): Buffer {
  try {
    return readFileSync(path)
  } catch (error) {
    const failure = settings.failure(key, `names ${path}, which can't be read: ${reasonOf(error)}`)
    throw new StartFailure(failure.message)
  }
}
