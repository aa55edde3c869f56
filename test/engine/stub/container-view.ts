import type {Container} from './model.js'
import {isRunning} from './life.js'

const NEVER = '0001-01-01T00:00:00Z'

function effectiveConfig({config, image, id}: Container): Record<string, unknown> {
  const own = {...config}
  delete own.HostConfig
  delete own.NetworkingConfig
  return {
    Hostname: id.slice(0, 12),
    ...image.config,
    ...own,
    Env: [
      ...(own.Env ?? []),
      ...(image.config.Env ?? []).filter(entry => !(own.Env ?? []).some(has => sameKey(has, entry))),
    ],
    Labels: {...image.config.Labels, ...own.Labels},
    Cmd: own.Cmd ?? (own.Entrypoint ? null : (image.config.Cmd ?? null)),
    Entrypoint: own.Entrypoint ?? image.config.Entrypoint ?? null,
  }
}

const sameKey = (a: string, b: string) => a.split('=')[0] === b.split('=')[0]

function networksOf(container: Container): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(container.networks).map(([name, endpoint]) => [
      name,
      {
        ...endpoint,
        // Until API 1.44 the engine adds the short id.
        Aliases: [...new Set([...(endpoint.Aliases ?? []), container.id.slice(0, 12)])],
        Gateway: endpoint.IPAddress ? '172.30.0.1' : '',
        MacAddress: endpoint.IPAddress ? '02:42:ac:1e:00:02' : '',
      },
    ]),
  )
}

const mountsOf = ({mounts}: Container) =>
  mounts.map(({anonymous: _, ...mount}) => ({...mount, Mode: '', Propagation: ''}))

/** GET /containers/{id}/json. */
export function inspect(container: Container): unknown {
  const running = isRunning(container)
  return {
    Id: container.id,
    Created: container.created,
    Name: `/${container.name}`,
    Image: container.image.id,
    RestartCount: container.restarts,
    Platform: 'linux',
    State: {
      Status: container.status,
      Running: running,
      Paused: container.status === 'paused',
      Restarting: false,
      OOMKilled: false,
      Dead: false,
      Pid: running ? 4242 : 0,
      ExitCode: container.exitCode,
      Error: container.error,
      StartedAt: container.startedAt || NEVER,
      FinishedAt: container.finishedAt || NEVER,
      ...(container.health ? {Health: {Status: container.health, FailingStreak: 0, Log: []}} : {}),
    },
    Config: effectiveConfig(container),
    HostConfig: {NetworkMode: 'default', RestartPolicy: {Name: 'no', MaximumRetryCount: 0}, ...container.hostConfig},
    Mounts: mountsOf(container),
    NetworkSettings: {Ports: running ? container.ports : {}, Networks: networksOf(container)},
  }
}

/** An entry of GET /containers/json. */
export function summary(container: Container): unknown {
  const {Labels} = effectiveConfig(container)
  return {
    Id: container.id,
    Names: [`/${container.name}`],
    Image: container.config.Image,
    ImageID: container.image.id,
    Command: [container.config.Entrypoint ?? [], container.config.Cmd ?? []].flat().join(' '),
    Created: Math.floor(Date.parse(container.created) / 1000),
    Ports: Object.entries(isRunning(container) ? container.ports : {}).flatMap(([port, bindings]) =>
      (bindings ?? []).map(({HostIp, HostPort}) => ({
        IP: HostIp,
        PrivatePort: Number(port.split('/')[0]),
        PublicPort: Number(HostPort),
        Type: port.split('/')[1] ?? 'tcp',
      })),
    ),
    Labels,
    State: container.status,
    Status: statusText(container),
    HostConfig: {NetworkMode: container.hostConfig.NetworkMode ?? 'default'},
    NetworkSettings: {Networks: networksOf(container)},
    Mounts: mountsOf(container),
  }
}

function statusText({status, health, exitCode}: Container): string {
  if (status === 'created') return 'Created'
  if (status === 'exited') return `Exited (${exitCode}) 1 second ago`
  const note = status === 'paused' ? 'Paused' : health === 'starting' ? 'health: starting' : health
  return `Up 1 second${note ? ` (${note})` : ''}`
}
