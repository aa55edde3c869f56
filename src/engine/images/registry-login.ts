import {inspect} from 'node:util'
import {DOCKER_HUB, registryOf} from '../../model/image-name.js'

export interface LoginInput {
  /** Text of docker's own config.json. */
  readonly dockerConfig?: string
  readonly env: Readonly<Record<string, string | undefined>>
}

/** What docker's configuration says of registries. */
interface RegistryConfig {
  readonly auths?: Readonly<Record<string, AuthEntry | null>>
  readonly credsStore?: string
  readonly credHelpers?: Readonly<Record<string, string>>
}

interface AuthEntry {
  readonly auth?: string
  readonly username?: string
  readonly password?: string
  readonly identitytoken?: string
  readonly registrytoken?: string
}

/** The key under which docker keeps the login of its own registry. */
const HUB_KEY = 'https://index.docker.io/v1/'
const HUB_NAMES = [HUB_KEY, DOCKER_HUB, 'index.docker.io', 'registry-1.docker.io']
const HELPER_MS = 20_000
/** What a helper says where it has no login: part of its protocol. */
const NOT_FOUND = /credentials not found/i
/** The user name that stands for a token instead of a password. */
const TOKEN_USER = '<token>'

/** A login for one registry, as the engine takes it in a header. Shown nowhere: what describes requests for a debug line sees only this name. */
export class RegistryLogin {
  readonly #header: string

  constructor(login: object) {
    // The engine wants the padding that Node's base64url leaves out, and reads anything else as no login.
    this.#header = Buffer.from(JSON.stringify(login)).toString('base64').replaceAll('+', '-').replaceAll('/', '_')
  }

  /** The header's value, for Node to send. */
  toString(): string {
    return this.#header
  }

  toJSON(): string {
    return 'RegistryLogin'
  }

  [inspect.custom](): string {
    return 'RegistryLogin'
  }
}

/** The host of a key of `auths`, which may be a URL. */
const hostOf = (key: string) => key.replace(/^https?:\/\//, '').replace(/\/.*$/, '')

function entryFor<T>(entries: Readonly<Record<string, T>> | undefined, registry: string): T | undefined {
  if (entries === null || typeof entries !== 'object') return undefined
  const names = registry === DOCKER_HUB ? HUB_NAMES : [registry]
  const exact = names.find(name => Object.hasOwn(entries, name))
  const key = exact ?? Object.keys(entries).find(name => names.includes(hostOf(name)))
  return key === undefined ? undefined : entries[key]
}

function parseConfig(text: string | undefined): RegistryConfig {
  try {
    const config = JSON.parse(text ?? '{}') as unknown
    return config !== null && typeof config === 'object' ? config : {}
  } catch {
    // As for docker itself, what can't be read says nothing.
    return {}
  }
}

function fromAuths(entry: AuthEntry | null | undefined, serveraddress: string): RegistryLogin | undefined {
  if (!entry) return undefined
  const {auth, identitytoken, registrytoken} = entry
  const [username = '', ...rest] = auth === undefined ? [] : Buffer.from(auth, 'base64').toString('utf8').split(':')
  const login = {
    username: username || entry.username,
    password: rest.join(':').replace(/\0+$/, '') || entry.password,
    identitytoken,
    registrytoken,
  }
  const has = Boolean(login.identitytoken || login.registrytoken || (login.username && login.password))
  return has ? new RegistryLogin({...login, serveraddress}) : undefined
}

/** Asks a credential helper. Its output holds secrets: nothing of it is ever told. */
async function fromHelper(
  helper: string,
  server: string,
  env: LoginInput['env'],
  onWarning: (text: string) => void,
): Promise<RegistryLogin | undefined> {
  const command = `docker-credential-${helper}`
  // A name with a slash would be a path of whoever wrote the file.
  if (!/^[\w.-]+$/.test(helper)) return undefined
  const {execa} = await import('execa')
  const {stdout, exitCode, failed, timedOut} = await execa(command, ['get'], {
    input: server,
    env,
    extendEnv: false,
    reject: false,
    stderr: 'ignore',
    timeout: HELPER_MS,
  })
  if (failed) {
    const why = timedOut
      ? `did not answer within ${HELPER_MS / 1000} s`
      : exitCode === undefined
        ? 'can not be run'
        : `ended with exit code ${exitCode}`
    if (!NOT_FOUND.test(stdout ?? ''))
      onWarning(`${command}, which docker's configuration names, ${why}; asked without a login`)
    return undefined
  }
  try {
    const {Username, Secret} = JSON.parse(stdout) as {Username?: string; Secret?: string}
    if (!Secret) return undefined
    return Username === TOKEN_USER
      ? new RegistryLogin({identitytoken: Secret, serveraddress: server})
      : new RegistryLogin({username: Username, password: Secret, serveraddress: server})
  } catch {
    onWarning(`${command}, which docker's configuration names, gave no login that can be read`)
    return undefined
  }
}

/** Logins for registries, as docker itself finds them: a credential helper first, then what `docker login` wrote. Keeps none on disk. */
export class RegistryLogins {
  readonly #input: LoginInput
  readonly #config: RegistryConfig
  readonly #found = new Map<string, Promise<RegistryLogin | undefined>>()

  constructor(input: LoginInput) {
    this.#input = input
    this.#config = parseConfig(input.dockerConfig)
  }

  /** The login for an image's registry; undefined where docker has none. Each registry is looked up once. */
  of(image: string, onWarning: (text: string) => void = () => undefined): Promise<RegistryLogin | undefined> {
    const registry = registryOf(image)
    const known = this.#found.get(registry)
    if (known) return known
    const found = this.#find(registry, onWarning)
    this.#found.set(registry, found)
    return found
  }

  async #find(registry: string, onWarning: (text: string) => void): Promise<RegistryLogin | undefined> {
    const {auths, credsStore, credHelpers} = this.#config
    const server = registry === DOCKER_HUB ? HUB_KEY : registry
    const helper = entryFor(credHelpers, registry) ?? credsStore
    const helped =
      typeof helper === 'string' && helper !== ''
        ? await fromHelper(helper, server, this.#input.env, onWarning)
        : undefined
    return helped ?? fromAuths(entryFor(auths, registry), server)
  }
}
