import type Docker from 'dockerode'
import type {ContainerInfo} from 'dockerode'
import {COMPOSE_LABELS, LABELS} from '../model/labels.js'
import {resourceName} from '../model/names.js'
import {orNothing} from './engine-errors.js'
import type {ContainerState, Health, ObservedContainer, ObservedLab, ObservedResource} from '../plan/observed.js'

const HEALTH: Readonly<Record<string, Health>> = {
  healthy: 'healthy',
  unhealthy: 'unhealthy',
  'health: starting': 'starting',
}

/** The list tells health and exit code only inside its status text, such as `Up 3 seconds (healthy)` or `Exited (1) 2 hours ago`. */
function fromStatus(status: string): {health: Health; exitCode?: number} {
  const exit = /^Exited \((\d+)\)/.exec(status)
  const inner = /\(([^()]+)\)$/.exec(status)?.[1] ?? ''
  return {health: HEALTH[inner] ?? 'none', ...(exit && {exitCode: Number(exit[1])})}
}

function container(info: ContainerInfo, lab: string): ObservedContainer {
  const {Labels: labels} = info
  const prefix = resourceName(lab, '')
  const fault = labels[LABELS.fault]
  return {
    id: info.Id,
    name: info.Names[0]?.replace(/^\//, '') ?? info.Id,
    service: labels[LABELS.node] ?? labels[COMPOSE_LABELS.service] ?? '',
    component: labels[LABELS.component] ?? '',
    ...(labels[LABELS.role] !== undefined && {role: labels[LABELS.role]}),
    ...(labels[LABELS.stops] === 'last' && {stopsLast: true}),
    release: labels[LABELS.release] ?? '',
    folder: labels[LABELS.folder] ?? '',
    configHash: labels[LABELS.configHash] ?? '',
    image: info.Image,
    imageId: info.ImageID,
    state: info.State as ContainerState,
    ...fromStatus(info.Status),
    networks: Object.keys(info.NetworkSettings?.Networks ?? {})
      .filter(name => name.startsWith(prefix))
      .map(name => name.slice(prefix.length)),
    ports: info.Ports.filter(({PublicPort}) => PublicPort).map(port => ({
      container: port.PrivatePort,
      host: port.PublicPort,
      address: port.IP,
    })),
    helper: labels[LABELS.helper] !== undefined,
    ...(labels[LABELS.lasting] !== undefined && {lasting: true as const}),
    ...(fault !== undefined && {fault: {label: fault, since: info.Created}}),
  }
}

const resource = (
  name: string,
  labels: Readonly<Record<string, string>> | null | undefined,
  kind: string,
): ObservedResource => ({
  name,
  key: labels?.[kind] ?? '',
  folder: labels?.[LABELS.folder] ?? '',
  release: labels?.[LABELS.release] ?? '',
  ...(labels?.[LABELS.volumeId] !== undefined && {volumeId: labels[LABELS.volumeId]}),
  ...(labels?.[LABELS.fromSeed] !== undefined && {fromSeed: true}),
})

const byName = (a: {name: string}, b: {name: string}) => (a.name < b.name ? -1 : 1)

/** Everything that the engine has of a lab: one list a kind, by label. */
export async function observe(docker: Docker, lab: string): Promise<ObservedLab> {
  const filters = {label: [`${LABELS.lab}=${lab}`]}
  const [containers, networks, {Volumes: volumes}] = await Promise.all([
    docker.listContainers({all: true, filters}),
    docker.listNetworks({filters}),
    docker.listVolumes({filters}),
  ])
  return {
    containers: containers.map(info => container(info, lab)).toSorted(byName),
    networks: networks.map(({Name, Labels}) => resource(Name, Labels, COMPOSE_LABELS.network)).toSorted(byName),
    volumes: (volumes ?? []).map(({Name, Labels}) => resource(Name, Labels, COMPOSE_LABELS.volume)).toSorted(byName),
  }
}

/** What tells a volume from another of the same name; undefined for one that is gone, or was not made by this command. */
export async function volumeId(docker: Docker, name: string): Promise<string | undefined> {
  const volume = await orNothing(docker.getVolume(name).inspect())
  return volume?.Labels?.[LABELS.volumeId]
}
