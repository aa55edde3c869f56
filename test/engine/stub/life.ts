import {type Container, type PortBinding} from './model.js'
import {ApiError, pause} from './reply.js'
import type {World} from './world.js'

export const isRunning = ({status}: Container): boolean => status === 'running' || status === 'paused'

/** Starts a container's process: networks, ports, output, health, its end. */
export function start(world: World, container: Container): void {
  const {behaviour} = container
  try {
    attachNetworks(world, container)
    container.ports = publish(world, container)
  } catch (error) {
    detachNetworks(container)
    container.exitCode = 128
    container.error = (error as Error).message
    throw error
  }
  Object.assign(container, {status: 'running', exitCode: 0, error: '', startedAt: new Date().toISOString()})
  container.stop = new AbortController()
  const run = container.stop
  world.emitContainer(container, 'start')

  for (const line of behaviour.logs ?? []) print(world, container, line)
  checkHealth(world, container, run.signal)
  if (behaviour.exitAfterMs !== undefined) {
    void pause(behaviour.exitAfterMs, run.signal).then(() => {
      if (!run.signal.aborted) end(world, container, behaviour.exitCode ?? 0)
    })
  }
  behaviour.run?.({
    stopped: run.signal,
    container,
    print: (line, stream) => {
      if (!run.signal.aborted) print(world, container, line, stream)
    },
    exit: code => {
      if (!run.signal.aborted) end(world, container, code)
    },
  })
}

/** A line of output. */
export function print(world: World, container: Container, line: string, stream: 'stdout' | 'stderr' = 'stdout'): void {
  const entry = {at: Date.now(), stream, text: line}
  container.log.push(entry)
  world.bus.emit(`log ${container.id}`, entry)
}

/** The end of the process. */
export function end(world: World, container: Container, code: number): void {
  container.stop?.abort()
  detachNetworks(container)
  Object.assign(container, {status: 'exited', exitCode: code, finishedAt: new Date().toISOString(), ports: {}})
  world.emitContainer(container, 'die', {exitCode: String(code)})
  world.bus.emit(`exit ${container.id}`, code)
  if (container.hostConfig.AutoRemove) remove(world, container, true)
}

export function remove(world: World, container: Container, volumes: boolean): void {
  world.containers.delete(container.id)
  if (volumes) {
    for (const {Name, anonymous} of container.mounts) {
      if (anonymous && Name && world.volumes.delete(Name)) world.emit('volume', 'destroy', Name, {driver: 'local'})
    }
  }
  world.emitContainer(container, 'destroy')
  world.bus.emit(`removed ${container.id}`)
}

function checkHealth(world: World, container: Container, stopped: AbortSignal): void {
  const test = (container.config.Healthcheck ?? container.image.config.Healthcheck)?.Test
  delete container.health
  if (!test || test.length === 0 || test[0] === 'NONE') return
  container.health = 'starting'
  void pause(container.behaviour.healthyAfterMs ?? 5, stopped).then(() => {
    if (stopped.aborted) return
    container.health = container.behaviour.healthy === false ? 'unhealthy' : 'healthy'
    world.emitContainer(container, `health_status: ${container.health}`)
  })
}

function attachNetworks(world: World, container: Container): void {
  for (const [name, endpoint] of Object.entries(container.networks)) {
    const network = world.network(name)
    Object.assign(endpoint, {NetworkID: network.id, EndpointID: world.newId(), IPAddress: world.nextAddress()})
    world.emit('network', 'connect', network.id, {container: container.id, name: network.name})
  }
}

function detachNetworks(container: Container): void {
  for (const endpoint of Object.values(container.networks)) Object.assign(endpoint, {EndpointID: '', IPAddress: ''})
}

function publish(world: World, container: Container): Record<string, PortBinding[] | null> {
  const published: Record<string, PortBinding[] | null> = {}
  for (const [port, bindings] of Object.entries(container.hostConfig.PortBindings ?? {})) {
    published[port] = (bindings ?? []).map(({HostIp = '', HostPort = ''}) => {
      const wanted = {HostIp: HostIp || '0.0.0.0', HostPort: HostPort || freePort(world)}
      const taken = [...world.containers.values()].some(
        other =>
          other !== container &&
          isRunning(other) &&
          Object.values(other.ports)
            .flat()
            .some(used => overlap(used, wanted)),
      )
      if (!taken) return wanted
      throw new ApiError(
        500,
        `driver failed programming external connectivity on endpoint ${container.name} (${container.id}): ` +
          `Bind for ${wanted.HostIp}:${wanted.HostPort} failed: port is already allocated`,
      )
    })
  }
  return published
}

const overlap = (a: PortBinding | null, b: PortBinding): boolean =>
  a !== null && a.HostPort === b.HostPort && (a.HostIp === b.HostIp || a.HostIp === '0.0.0.0' || b.HostIp === '0.0.0.0')

function freePort(world: World): string {
  const used = new Set(
    [...world.containers.values()].flatMap(({ports}) =>
      Object.values(ports)
        .flat()
        .map(port => port?.HostPort),
    ),
  )
  let port = 49153
  while (used.has(String(port))) port++
  return String(port)
}
