import {createHash} from 'node:crypto'
import {join} from 'node:path'
import {LabError, messageOf} from '../errors.js'

/** A socket where an engine may answer, and why we look there. */
export interface Candidate {
  readonly socket: string
  readonly source: string
}

/** A context of the docker command; `name` is the context's own or its folder's, which is the name's SHA-256. */
export interface DockerContext {
  readonly name: string
  readonly metaJson: string
}

/** Everything that decides which engine is meant. Which of the sockets exist is found out by asking them. */
export interface DiscoveryInput {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly home: string
  readonly platform: NodeJS.Platform
  readonly uid: number
  /** The text of docker's config.json, if there is one. */
  readonly dockerConfig?: string
  readonly contexts: readonly DockerContext[]
}

/** The engines to try, in order: the one that was named and no other, else the usual sockets. */
export function candidates(input: DiscoveryInput): Candidate[] {
  const {env} = input
  if (env['DOCKER_HOST']) return [named(env['DOCKER_HOST'], 'DOCKER_HOST')]

  const context = contextInUse(input)
  if (context)
    return [named(hostOf(context.name, input.contexts), `the docker context ${context.name} (${context.from})`)]

  if (input.platform === 'win32') throw unsupported('npipe:////./pipe/docker_engine', 'Windows')
  return usualSockets(input)
}

function contextInUse({env, dockerConfig}: DiscoveryInput): {name: string; from: string} | undefined {
  const fromEnv = env['DOCKER_CONTEXT']
  const name = fromEnv || currentContext(dockerConfig)
  // "default" is the docker command's word for: no context.
  return name && name !== 'default' ? {name, from: fromEnv ? 'DOCKER_CONTEXT' : 'config.json'} : undefined
}

function currentContext(dockerConfig: string | undefined): string | undefined {
  if (!dockerConfig?.trim()) return undefined
  const config = parseObject(dockerConfig, "Docker's config.json")
  const name = config['currentContext']
  return typeof name === 'string' ? name : undefined
}

function hostOf(name: string, contexts: readonly DockerContext[]): string {
  const folder = createHash('sha256').update(name).digest('hex')
  const context = contexts.find(context => context.name === name || context.name === folder)
  if (!context) {
    throw new LabError('engine-unreachable', `The docker context ${name} is in use, but there is no such context.`, {
      next: ['docker context ls', 'docker context use default'],
    })
  }
  const meta = parseObject(context.metaJson, `The meta.json of the docker context ${name}`)
  const host = (meta as {Endpoints?: {docker?: {Host?: unknown}}}).Endpoints?.docker?.Host
  if (typeof host === 'string' && host) return host
  throw new LabError('engine-unreachable', `The docker context ${name} names no engine (Endpoints.docker.Host).`, {
    next: [`docker context inspect ${name}`, 'docker context use default'],
  })
}

function parseObject(text: string, what: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text)
    if (value !== null && typeof value === 'object') return value as Record<string, unknown>
    throw new Error('expected an object')
  } catch (error) {
    // Going on to another engine than the one that the user chose would be worse than stopping.
    throw new LabError(
      'engine-unreachable',
      `${what} can't be read, so the engine in use is unknown: ${messageOf(error)}.`,
      {
        next: ['DOCKER_HOST=unix:///var/run/docker.sock apim-lab up'],
        cause: error,
      },
    )
  }
}

function named(host: string, source: string): Candidate {
  const socket = /^unix:\/\/(.+)$/.exec(host)?.[1]
  if (!socket) throw unsupported(host, source)
  return {socket, source}
}

function unsupported(host: string, source: string): LabError {
  const why = host.startsWith('npipe://')
    ? 'apim-lab does not run on Windows itself.'
    : "apim-lab mounts files of this machine into containers, which an engine elsewhere can't see."
  const next = host.startsWith('npipe://')
    ? ['wsl']
    : ['unset DOCKER_HOST DOCKER_CONTEXT', 'docker context use default']
  return new LabError(
    'engine-unsupported',
    `${source} points to ${host}; only a local unix:// socket is supported: ${why}`,
    {
      next,
    },
  )
}

function usualSockets({env, home, platform, uid}: DiscoveryInput): Candidate[] {
  const runtime = env['XDG_RUNTIME_DIR'] || (platform === 'linux' && uid > 0 ? `/run/user/${uid}` : undefined)
  const config = env['XDG_CONFIG_HOME'] || join(home, '.config')
  const podmanMachine = join(home, '.local/share/containers/podman/machine')
  const list: [source: string, ...sockets: (string | false | undefined)[]][] = [
    ['the usual socket', '/var/run/docker.sock'],
    ['Docker Desktop', join(home, '.docker/run/docker.sock'), join(home, '.docker/desktop/docker.sock')],
    ['OrbStack', platform === 'darwin' && join(home, '.orbstack/run/docker.sock')],
    ['colima', join(home, '.colima/default/docker.sock'), join(config, 'colima/default/docker.sock')],
    ['Rancher Desktop', join(home, '.rd/docker.sock')],
    ['rootless Docker', runtime && join(runtime, 'docker.sock')],
    ['podman', runtime && join(runtime, 'podman/podman.sock'), platform === 'linux' && '/run/podman/podman.sock'],
    [
      'the podman machine',
      ...['podman.sock', 'qemu/podman.sock', 'podman-machine-default/podman.sock', 'applehv/podman.sock'].map(
        socket => platform === 'darwin' && join(podmanMachine, socket),
      ),
      platform === 'darwin' && env['TMPDIR'] && join(env['TMPDIR'], 'podman/podman-machine-default-api.sock'),
    ],
  ]
  return list.flatMap(([source, ...sockets]) =>
    sockets.filter(socket => !!socket).map(socket => ({socket: String(socket), source})),
  )
}
