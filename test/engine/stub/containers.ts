import {existsSync, readFileSync} from 'node:fs'
import {basename, dirname, join} from 'node:path'
import {buffer} from 'node:stream/consumers'
import {pack} from 'tar-stream'
import {inspect, summary} from './container-view.js'
import {end, isRunning, remove, start} from './life.js'
import type {Container, CreateBody, Endpoint, Mount, MountPoint} from './model.js'
import {
  ApiError,
  type Call,
  type Reply,
  type Route,
  bodyOf,
  empty,
  filtersOf,
  flag,
  hasLabels,
  json,
  pause,
  whenAborted,
} from './reply.js'
import {attach, logs} from './output.js'
import type {World} from './world.js'

const NAME = /^\/?[a-zA-Z0-9][a-zA-Z0-9_.-]+$/

const one = ({world, params}: Call): Container => world.container(params[0]!)
const notRunning = ({id}: Container) => new ApiError(409, `Container ${id} is not running`)

function list({world, query}: Call): Reply {
  const filters = filtersOf(query)
  const matches = [...world.containers.values()].filter(
    container =>
      (flag(query, 'all') || filters['status'] !== undefined || isRunning(container)) &&
      hasLabels({...container.image.config.Labels, ...container.config.Labels}, filters['label']) &&
      any(
        filters['name'],
        name => new RegExp(name).test(`/${container.name}`) || new RegExp(name).test(container.name),
      ) &&
      any(filters['id'], id => container.id.startsWith(id)) &&
      any(filters['status'], status => container.status === status) &&
      any(filters['health'], health => (container.health ?? 'none') === health) &&
      any(filters['volume'], volume =>
        container.mounts.some(({Name, Destination}) => Name === volume || Destination === volume),
      ) &&
      any(
        filters['network'],
        name => world.findNetwork(name)?.name !== undefined && world.network(name).name in container.networks,
      ),
  )
  return json(matches.reverse().map(summary))
}

const any = (wanted: readonly string[] | undefined, is: (value: string) => boolean) => !wanted || wanted.some(is)

function create(call: Call): Reply {
  const {world, query} = call
  const body = bodyOf<CreateBody>(call)
  const name = (query.get('name') ?? '').replace(/^\//, '') || `stub_${world.newId().slice(0, 12)}`
  if (!NAME.test(name)) {
    throw new ApiError(400, `Invalid container name (${name}), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed`)
  }
  const endpoints = Object.entries(body.NetworkingConfig?.EndpointsConfig ?? {})
  if (endpoints.length > 1) {
    throw new ApiError(
      400,
      `Container cannot be connected to network endpoints: ${endpoints.map(([key]) => key).join(', ')}`,
    )
  }
  const image = world.image(body.Image ?? '')
  if (!(body.Cmd ?? body.Entrypoint ?? image.config.Cmd ?? image.config.Entrypoint)) {
    throw new ApiError(400, 'No command specified')
  }
  const hostConfig = body.HostConfig ?? {}
  checkBinds(hostConfig.Mounts ?? [])
  const taken = world.containerNamed(name)
  if (taken) {
    throw new ApiError(
      409,
      `Conflict. The container name "/${name}" is already in use by container "${taken.id}". ` +
        'You have to remove (or rename) that container to be able to reuse that name.',
    )
  }
  const mode = hostConfig.NetworkMode ?? 'default'
  const first = mode === 'default' ? 'bridge' : mode
  const networks: Record<string, Endpoint> = {}
  if (!/^(host|none|container:.*)$/.test(first)) networks[nameOf(world, first)] = {...newEndpoint()}
  for (const [key, settings] of endpoints) networks[nameOf(world, key)] = {...settings, ...newEndpoint()}

  const container: Container = {
    id: world.newId(),
    name,
    created: new Date().toISOString(),
    image,
    config: body,
    hostConfig,
    mounts: mountPoints(world, body, image.config.Volumes ?? {}),
    networks,
    behaviour: world.options.behaviour?.(name, body) ?? {},
    status: 'created',
    exitCode: 0,
    error: '',
    startedAt: '',
    finishedAt: '',
    ports: {},
    restarts: 0,
    log: [],
  }
  world.containers.set(container.id, container)
  world.emitContainer(container, 'create')
  return json({Id: container.id, Warnings: []}, 201)
}

const newEndpoint = () => ({NetworkID: '', EndpointID: '', IPAddress: ''})
const nameOf = (world: World, key: string) => world.findNetwork(key)?.name ?? key

function checkBinds(mounts: readonly Mount[]): void {
  for (const {Type, Source = '', Target} of mounts) {
    const bad = (why: string) => new ApiError(400, `invalid mount config for type "${Type}": ${why}`)
    if (!Target?.startsWith('/')) throw bad(`invalid mount path: '${Target}' mount path must be absolute`)
    if (Type === 'bind' && !Source.startsWith('/'))
      throw bad(`invalid mount path: '${Source}' mount path must be absolute`)
    if (Type === 'bind' && !existsSync(Source)) throw bad(`bind source path does not exist: ${Source}`)
  }
}

function mountPoints(world: World, {HostConfig}: CreateBody, declared: Record<string, object>): MountPoint[] {
  const fromBinds = (HostConfig?.Binds ?? []).map((bind): Mount => {
    const [Source = '', Target = '', mode = ''] = bind.split(':')
    return {Type: Source.startsWith('/') ? 'bind' : 'volume', Source, Target, ReadOnly: mode.split(',').includes('ro')}
  })
  const asked = [...fromBinds, ...(HostConfig?.Mounts ?? [])]
  const anonymous = Object.keys(declared).filter(path => !asked.some(({Target}) => Target === path))
  return [...asked, ...anonymous.map((Target): Mount => ({Type: 'volume', Target}))].map(mount => {
    const {Type, Source, Target, ReadOnly = false, VolumeOptions} = mount
    if (Type !== 'volume') return {Type, Source: Source ?? '', Destination: Target, RW: !ReadOnly, anonymous: false}
    const volume = world.addVolume(Source || undefined, VolumeOptions?.Labels)
    const path = `/var/lib/docker/volumes/${volume.name}/_data`
    return {Type, Name: volume.name, Source: path, Destination: Target, RW: !ReadOnly, anonymous: volume.anonymous}
  })
}

function startOne(call: Call): Reply {
  const container = one(call)
  if (container.status === 'paused') throw new ApiError(409, 'cannot start a paused container, try unpause instead')
  if (container.status === 'running') return empty(304)
  if (container.startError !== undefined) throw new ApiError(500, container.startError)
  start(call.world, container)
  return empty()
}

async function stop(call: Call): Promise<Reply> {
  const container = one(call)
  if (!isRunning(container)) return empty(304)
  await terminate(call.world, container)
  call.world.emitContainer(container, 'stop')
  return empty()
}

async function terminate(world: World, container: Container): Promise<void> {
  const {stopMs, stopCode} = container.behaviour
  const signal = container.stop?.signal
  if (stopMs && signal) await pause(stopMs, signal)
  world.emitContainer(container, 'kill', {signal: '15'})
  if (isRunning(container)) end(world, container, stopCode ?? 143)
}

async function restart(call: Call): Promise<Reply> {
  const container = one(call)
  if (isRunning(container)) await terminate(call.world, container)
  start(call.world, container)
  call.world.emitContainer(container, 'restart')
  return empty()
}

function kill(call: Call): Reply {
  const container = one(call)
  if (!isRunning(container))
    throw new ApiError(409, `Cannot kill container: ${call.params[0]}: Container ${container.id} is not running`)
  const signal = (call.query.get('signal') ?? 'SIGKILL').replace(/^SIG/, '')
  call.world.emitContainer(container, 'kill', {signal})
  if (['KILL', '9'].includes(signal)) end(call.world, container, 137)
  else if (['TERM', 'INT', 'QUIT', '15', '2', '3'].includes(signal))
    end(call.world, container, container.behaviour.stopCode ?? 143)
  return empty()
}

function pauseOne(call: Call): Reply {
  const container = one(call)
  if (!isRunning(container)) throw notRunning(container)
  if (container.status === 'paused') throw new ApiError(409, `Container ${container.id} is already paused`)
  container.status = 'paused'
  call.world.emitContainer(container, 'pause')
  return empty()
}

function unpause(call: Call): Reply {
  const container = one(call)
  // 500 is what the engine says, and not 409.
  if (container.status !== 'paused') throw new ApiError(500, `Container ${container.id} is not paused`)
  container.status = 'running'
  call.world.emitContainer(container, 'unpause')
  return empty()
}

function removeOne(call: Call): Reply {
  const {world, query} = call
  const container = one(call)
  if (isRunning(container)) {
    if (!flag(query, 'force')) {
      throw new ApiError(
        409,
        `You cannot remove a running container ${container.id}. Stop the container before attempting removal or force remove`,
      )
    }
    world.emitContainer(container, 'kill', {signal: '9'})
    end(world, container, 137)
  }
  if (world.containers.has(container.id)) remove(world, container, flag(query, 'v'))
  return empty()
}

function wait(call: Call): Reply {
  const {world, query} = call
  const container = one(call)
  const condition = query.get('condition') || 'not-running'
  return {
    kind: 'stream',
    type: 'application/json',
    run: async ({write, closed}) => {
      const over = condition === 'not-running' && !isRunning(container)
      if (!over) await once(world, `${condition === 'removed' ? 'removed' : 'exit'} ${container.id}`, closed)
      write(JSON.stringify({Error: null, StatusCode: container.exitCode}))
    },
  }
}

async function once(world: World, event: string, closed: AbortSignal): Promise<void> {
  await new Promise<void>(resolve => {
    world.bus.once(event, () => resolve())
    whenAborted(closed, resolve)
  })
}

function rename(call: Call): Reply {
  const container = one(call)
  const name = call.query.get('name') ?? ''
  if (!NAME.test(name))
    throw new ApiError(400, `Invalid container name (${name}), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed`)
  const taken = call.world.containerNamed(name)
  if (taken)
    throw new ApiError(409, `Conflict. The container name "/${name}" is already in use by container "${taken.id}".`)
  container.name = name
  call.world.emitContainer(container, 'rename')
  return empty()
}

function stats(call: Call): Reply {
  const container = one(call)
  const sample = () => ({
    id: container.id,
    name: `/${container.name}`,
    read: new Date().toISOString(),
    memory_stats: isRunning(container)
      ? {usage: 60_000_000, limit: 8_000_000_000, stats: {inactive_file: 10_000_000}}
      : {},
    cpu_stats: {cpu_usage: {total_usage: 1}, online_cpus: 2},
  })
  if (call.query.get('stream') === 'false' || call.query.get('stream') === '0') return json(sample())
  return {
    kind: 'stream',
    type: 'application/json',
    run: async ({write, closed}) => {
      while (!closed.aborted) {
        write(`${JSON.stringify(sample())}\n`)
        await pause(1000, closed)
      }
    },
  }
}

/** A file of this machine that is mounted there, itself or with its folder, as a container sees it even before it is started. */
async function mountedFile({mounts}: Container, path: string): Promise<Buffer | undefined> {
  const at = (place: string) => mounts.find(({Destination}) => Destination === place)?.Source
  const Source = at(path) ?? at(dirname(path))
  const file = at(path) ?? join(Source ?? '', basename(path))
  if (Source === undefined || !existsSync(file)) return undefined
  const tar = pack()
  tar.entry({name: basename(path)}, readFileSync(file))
  tar.finalize()
  return buffer(tar)
}

async function archive(call: Call): Promise<Reply> {
  const container = one(call)
  const path = call.query.get('path') ?? ''
  const {archive: read, imageFile} = container.behaviour
  const tar = read ? read(path) : (imageFile?.(path) ?? (await mountedFile(container, path)))
  if (!tar) throw new ApiError(404, `Could not find the file ${path} in container ${call.params[0]}`)
  const stat = Buffer.from(JSON.stringify({name: path.split('/').at(-1), size: tar.length, mode: 420})).toString(
    'base64',
  )
  return {
    kind: 'body',
    status: 200,
    body: tar,
    headers: {'Content-Type': 'application/x-tar', 'X-Docker-Container-Path-Stat': stat},
  }
}

const at = (rest: string) => new RegExp(`^/containers/([^/]+)${rest}$`)

export const containerRoutes: readonly Route[] = [
  ['GET', /^\/containers\/json$/, list],
  ['POST', /^\/containers\/create$/, create],
  ['GET', at('/json'), call => json(inspect(one(call)))],
  ['POST', at('/start'), startOne],
  ['POST', at('/stop'), stop],
  ['POST', at('/restart'), restart],
  ['POST', at('/kill'), kill],
  ['POST', at('/pause'), pauseOne],
  ['POST', at('/unpause'), unpause],
  ['POST', at('/wait'), wait],
  ['POST', at('/rename'), rename],
  ['POST', at('/resize'), call => (one(call), empty(200))],
  ['GET', at('/logs'), call => logs(call, one(call))],
  ['GET', at('/stats'), stats],
  ['GET', at('/archive'), archive],
  ['PUT', at('/archive'), call => (one(call), empty(200))],
  ['POST', at('/attach'), call => attach(call, one(call))],
  ['DELETE', at(''), removeOne],
]
