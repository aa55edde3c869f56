import {readFileSync} from 'node:fs'
import {resolve} from 'node:path'
import {createSecureContext, type SecureContextOptions} from 'node:tls'
import {reasonOf, StartFailure} from '../failure.js'
import type {Role} from '../profiles.js'
import {dotted, type KeyPath} from './keys.js'
import {trustedCertificates} from './pkcs12.js'
import type {Settings} from './settings.js'

/** Key, certificate chain and passphrase of this node's TLS ports, as Node's TLS takes them. */
export type KeyStore = Pick<SecureContextOptions, 'ca' | 'key' | 'cert' | 'pfx' | 'passphrase'>

const KEYS = {why: 'the TLS ports need a key and a certificate', example: 'the file name of a key store'}
const TRUST = {why: 'the node verifies its peers with it', example: 'the file name of CA certificates'}
const STORE_TYPE = {why: 'it tells how to read the file', example: '"PEM", "PKCS12" or "JKS"'}
/** Where deployment.toml's file names are looked for, relative to the product home. */
const SECURITY = 'repository/resources/security'

/** The key store of the node. Throws StartFailure naming key and file if it can't be used. */
export const readKeyStore = (role: Role, home: string, settings: Settings): KeyStore => {
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

const httpsListener = (settings: Settings): KeyPath => {
  const need = {why: KEYS.why, example: 'a listener with scheme: https'}
  const count = settings.count(LISTENERS, need)
  for (let index = 0; index < count; index++) {
    if (settings.value([...LISTENERS, index, 'scheme']) === 'https') return [...LISTENERS, index]
  }
  throw settings.missing(LISTENERS, need)
}

const loadKeyStore = (
  path: string,
  pem: boolean,
  password: string | undefined,
  key: KeyPath,
  settings: Settings,
): KeyStore => {
  const content = readStore(path, key, settings)
  const passphrase = password === undefined ? {} : {passphrase: password}
  // Without a list of its own, Node parses all its built-in root certificates for a server that never asks for a client's.
  const common = {ca: [], ...passphrase}
  const store: KeyStore = pem ? {key: content, cert: content, ...common} : {pfx: content, ...common}
  try {
    createSecureContext(store)
  } catch (error) {
    const kind = pem ? 'no PEM file with a key and its certificates' : 'no PKCS12 file that the password opens'
    throw settings.failure(key, `names ${path}, which is ${kind}: ${reasonOf(error)}`)
  }
  return store
}

/** The CA certificates that peers are verified with. Throws StartFailure naming key and file if they can't be used. */
export const readTrustStore = (role: Role, home: string, settings: Settings): Buffer => {
  const file = role.product === 'api-manager' ? dotted('truststore.file_name') : AGENT_TRUST
  const folder = role.product === 'api-manager' ? SECURITY : '.'
  const path = resolve(home, folder, settings.text(file, TRUST))
  const type =
    role.product === 'api-manager' ? settings.text(dotted('truststore.type'), STORE_TYPE) : isPem(path) ? 'PEM' : 'JKS'
  if (type.toUpperCase() !== 'PEM') {
    const password = role.product === 'api-manager' ? dotted('truststore.password') : AGENT_TRUST_PASSWORD
    return readPkcs12Trust(path, settings.maybeText(password, TRUST) ?? '', file, settings)
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

/** JVMs take PKCS#12 files for stores of type JKS too. */
const readPkcs12Trust = (path: string, password: string, key: KeyPath, settings: Settings): Buffer => {
  const content = readStore(path, key, settings)
  let trusted: readonly string[]
  try {
    trusted = trustedCertificates(content, password)
  } catch (error) {
    throw settings.failure(key, `names ${path}, which ${reasonOf(error)}`)
  }
  if (trusted.length === 0) throw settings.failure(key, `names ${path}, in which no certificate is marked as trusted`)
  return Buffer.from(trusted.join(''))
}

const readStore = (path: string, key: KeyPath, settings: Settings): Buffer => {
  try {
    return readFileSync(path)
  } catch (error) {
    const failure = settings.failure(key, `names ${path}, which can't be read: ${reasonOf(error)}`)
    throw new StartFailure(failure.message)
  }
}
