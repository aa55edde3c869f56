import type {Exec, StubEvent} from './model.js'
import {isRunning} from './life.js'
import {
  ApiError,
  type Call,
  type Hijacked,
  type Output,
  type Reply,
  type Route,
  bodyOf,
  empty,
  filtersOf,
  frame,
  hasLabels,
  json,
  ndjson,
  whenAborted,
} from './reply.js'

export const API_VERSION = '1.41'
export const ENGINE_VERSION = '20.10.24-stub'

const ping = (): Reply => ({
  kind: 'body',
  status: 200,
  body: Buffer.from('OK'),
  headers: {'Content-Type': 'text/plain'},
})

const version = () =>
  json({Version: ENGINE_VERSION, ApiVersion: API_VERSION, MinAPIVersion: '1.12', Os: 'linux', Arch: 'amd64'})

const info = ({world}: Call) =>
  json({
    ID: 'STUB',
    Name: 'stub',
    ServerVersion: ENGINE_VERSION,
    Containers: world.containers.size,
    Images: world.images.length,
    NCPU: 4,
    MemTotal: 16_000_000_000,
    OSType: 'linux',
    Architecture: 'x86_64',
    OperatingSystem: 'Stub',
    KernelVersion: '6.1.0',
    SystemTime: new Date().toISOString(),
    DockerRootDir: '/var/lib/docker',
    Driver: 'overlay2',
  })

/** Events from now on, or from `since`; `until` ends them. */
function events({world, query}: Call): Reply {
  const filters = filtersOf(query)
  const since = query.get('since')
  const until = query.get('until')
  const wanted = (event: StubEvent) => matches(event, filters)
  return ndjson(async (write, closed) => {
    const send = (event: StubEvent) => wanted(event) && write(legacy(event))
    if (since !== null) world.events.filter(({timeNano}) => timeNano >= Number(since) * 1e9).forEach(send)
    if (until !== null && Number(until) * 1000 <= Date.now()) return
    world.bus.on('event', send)
    await new Promise<void>(resolve => whenAborted(closed, resolve))
    world.bus.off('event', send)
  })
}

function matches({Type, Action, Actor}: StubEvent, filters: Record<string, string[]>): boolean {
  const any = (key: string, is: (value: string) => boolean) => !filters[key] || filters[key].some(is)
  return (
    any('type', type => type === Type) &&
    any('event', event => event === Action || Action.startsWith(`${event}:`)) &&
    any('container', id => Type === 'container' && (Actor.ID.startsWith(id) || Actor.Attributes['name'] === id)) &&
    any('network', id => Type === 'network' && (Actor.ID.startsWith(id) || Actor.Attributes['name'] === id)) &&
    hasLabels(Actor.Attributes, filters['label'])
  )
}

/** Containers' events carry the old fields as well. */
const legacy = (event: StubEvent) =>
  event.Type === 'container'
    ? {status: event.Action, id: event.Actor.ID, from: event.Actor.Attributes['image'], ...event}
    : event

function createExec(call: Call): Reply {
  const {world, params} = call
  const container = world.container(params[0]!)
  if (!isRunning(container)) throw new ApiError(409, `Container ${container.id} is not running`)
  if (container.status === 'paused')
    throw new ApiError(409, `Container ${container.id} is paused, unpause the container before exec`)
  const {Cmd, Tty} = bodyOf<{Cmd?: string[]; Tty?: boolean}>(call)
  if (!Cmd?.length) throw new ApiError(400, 'No exec command specified')
  const exec: Exec = {id: world.newId(), container, command: Cmd, tty: Tty === true, running: false, exitCode: null}
  world.execs.set(exec.id, exec)
  return json({Id: exec.id}, 201)
}

const execOf = ({world, params}: Call): Exec => {
  const exec = world.execs.get(params[0]!)
  if (!exec) throw new ApiError(404, `No such exec instance: ${params[0]}`)
  return exec
}

function startExec(call: Call): Reply {
  const exec = execOf(call)
  if (exec.running || exec.exitCode !== null) throw new ApiError(409, `Error: Exec command ${exec.id} has already run`)
  if (!isRunning(exec.container)) throw new ApiError(409, `Container ${exec.container.id} is not running`)
  const run = async (connection: Output | Hijacked) => {
    exec.running = true
    const stdin = 'onData' in connection ? collect(connection) : {text: ''}
    // What a client writes at once belongs to the command.
    if ('onData' in connection) await new Promise(resolve => setTimeout(resolve, 10))
    const result = (await exec.container.behaviour.exec?.(exec.command, stdin.text)) ?? {}
    for (const stream of ['stdout', 'stderr'] as const) {
      const text = result[stream]
      if (text) connection.write(exec.tty ? Buffer.from(text) : frame(stream, Buffer.from(text)))
    }
    Object.assign(exec, {running: false, exitCode: result.exitCode ?? 0})
  }
  if (bodyOf<{Detach?: boolean}>(call).Detach) {
    void run({write: () => {}, closed: new AbortController().signal})
    return empty(200)
  }
  return call.hijack ? {kind: 'hijack', run} : {kind: 'stream', type: 'application/vnd.docker.raw-stream', run}
}

function collect(connection: Hijacked): {text: string} {
  const stdin = {text: ''}
  connection.onData(chunk => {
    stdin.text += chunk.toString()
  })
  return stdin
}

const inspectExec = (call: Call): Reply => {
  const {id, container, command, running, exitCode} = execOf(call)
  const [entrypoint, ...args] = command
  return json({
    ID: id,
    Running: running,
    ExitCode: exitCode,
    ContainerID: container.id,
    Pid: 0,
    ProcessConfig: {entrypoint, arguments: args},
  })
}

export const systemRoutes: readonly Route[] = [
  ['GET', /^\/_ping$/, ping],
  ['HEAD', /^\/_ping$/, ping],
  ['GET', /^\/version$/, version],
  ['GET', /^\/info$/, info],
  ['GET', /^\/events$/, events],
  ['POST', /^\/containers\/([^/]+)\/exec$/, createExec],
  ['POST', /^\/exec\/([^/]+)\/start$/, startExec],
  ['GET', /^\/exec\/([^/]+)\/json$/, inspectExec],
  ['POST', /^\/exec\/([^/]+)\/resize$/, call => (execOf(call), empty(200))],
]
