import {resolve} from 'node:path'
import type {ContainerCreateOptions, MountSettings} from 'dockerode'
import {COMPOSE_LABELS, LABELS} from '../model/labels.js'
import type {ComposeProject, ComposeService, ComposeVolume} from '../render/compose.js'

const NANOSECONDS = 1_000_000_000
const MEGABYTE = 1024 * 1024

const nanoseconds = (duration: string) => Number.parseInt(duration, 10) * NANOSECONDS

function mount(
  {type, source, target, read_only}: ComposeVolume,
  project: ComposeProject,
  folder: string,
): MountSettings {
  return {
    Type: type,
    Source: type === 'bind' ? resolve(folder, source) : project.volumes[source]!.name,
    Target: target,
    ReadOnly: read_only,
  }
}

function healthcheck({healthcheck: check}: ComposeService) {
  return (
    check && {
      Healthcheck: {
        Test: check.test,
        Interval: nanoseconds(check.interval),
        Timeout: nanoseconds(check.timeout),
        Retries: check.retries,
        StartPeriod: nanoseconds(check.start_period),
        ...(check.start_interval !== undefined && {StartInterval: nanoseconds(check.start_interval)}),
      },
    }
  )
}

/** Compose's own labels, so that its commands find the container. */
function composeLabels(name: string, service: ComposeService, project: ComposeProject, folder: string) {
  return {
    [COMPOSE_LABELS.project]: project.name,
    [COMPOSE_LABELS.service]: name,
    [COMPOSE_LABELS.number]: '1',
    [COMPOSE_LABELS.oneoff]: 'False',
    [COMPOSE_LABELS.configHash]: service.labels[LABELS.configHash]!,
    [COMPOSE_LABELS.configFiles]: resolve(folder, 'compose.yaml'),
    [COMPOSE_LABELS.workingDir]: folder,
    // Of a container's label compose takes each for required.
    [COMPOSE_LABELS.dependsOn]: Object.entries(service.depends_on ?? {})
      .filter(([, {required}]) => required !== false)
      .map(([on, {condition}]) => `${on}:${condition}:false`)
      .join(','),
  }
}

/**
 * What the engine is asked to create for a service. Pure. Joins its first network only: below API 1.44 the engine takes one at
 * creation, the others are connected one by one.
 */
export function containerOptions(project: ComposeProject, name: string, folder: string): ContainerCreateOptions {
  const service = project.services[name]
  if (!service) throw new Error(`compose.yaml has no service ${name}`)
  const [network] = Object.entries(service.networks ?? {})
  const ports = service.ports ?? []
  return {
    name: service.container_name,
    ...(service.platform !== undefined && {platform: service.platform}),
    Image: service.image,
    Hostname: service.hostname,
    ...(service.user !== undefined && {User: service.user}),
    ...(service.entrypoint && {Entrypoint: service.entrypoint}),
    ...(service.command && {Cmd: service.command}),
    Env: Object.entries(service.environment ?? {}).map(([key, value]) => `${key}=${value}`),
    Labels: {...service.labels, ...composeLabels(name, service, project, folder)},
    ExposedPorts: Object.fromEntries(ports.map(({target, protocol}) => [`${target}/${protocol}`, {}])),
    ...healthcheck(service),
    StopTimeout: Number.parseInt(service.stop_grace_period, 10),
    HostConfig: {
      Memory: Number.parseInt(service.mem_limit, 10) * MEGABYTE,
      RestartPolicy: {Name: 'no'},
      CapDrop: service.cap_drop,
      ...(service.cap_add && {CapAdd: service.cap_add}),
      SecurityOpt: service.security_opt,
      PidsLimit: service.pids_limit,
      ...(service.init && {Init: true}),
      ...(service.logging && {LogConfig: {Type: service.logging.driver, Config: service.logging.options}}),
      Mounts: (service.volumes ?? []).map(volume => mount(volume, project, folder)),
      PortBindings: Object.fromEntries(
        ports.map(({target, protocol, host_ip, published}) => [
          `${target}/${protocol}`,
          [{HostIp: host_ip, HostPort: published}],
        ]),
      ),
      NetworkMode: network ? project.networks[network[0]]!.name : (service.network_mode ?? 'none'),
    },
    ...(network && {
      NetworkingConfig: {EndpointsConfig: {[project.networks[network[0]]!.name]: {Aliases: network[1].aliases}}},
    }),
  }
}
