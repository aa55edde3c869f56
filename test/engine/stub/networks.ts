import {isRunning} from './life.js'
import type {Container, EndpointSettings, Labels, Network, Volume} from './model.js'
import {ApiError, type Call, type Reply, type Route, bodyOf, empty, filtersOf, flag, hasLabels, json} from './reply.js'
import type {World} from './world.js'

const attached = (world: World, {name}: Network): Container[] =>
  [...world.containers.values()].filter(container => isRunning(container) && name in container.networks)

function viewNetwork(world: World, network: Network): unknown {
  return {
    Name: network.name,
    Id: network.id,
    Created: '2026-01-01T00:00:00Z',
    Scope: 'local',
    Driver: 'bridge',
    Internal: false,
    Attachable: false,
    ...network.body,
    Labels: network.labels,
    Options: network.body['Options'] ?? {},
    IPAM: network.body['IPAM'] ?? {Driver: 'default', Config: [{Subnet: '172.30.0.0/16', Gateway: '172.30.0.1'}]},
    Containers: Object.fromEntries(
      attached(world, network).map(({id, name, networks}) => [
        id,
        {
          Name: name,
          EndpointID: networks[network.name]!.EndpointID,
          IPv4Address: `${networks[network.name]!.IPAddress}/16`,
        },
      ]),
    ),
  }
}

function listNetworks({world, query}: Call): Reply {
  const {label, name, id} = filtersOf(query)
  const found = [...world.networks.values()].filter(
    network =>
      hasLabels(network.labels, label) &&
      (!name || name.some(part => network.name.includes(part))) &&
      (!id || id.some(part => network.id.startsWith(part))),
  )
  // The engine leaves the containers out of a list.
  return json(found.map(network => ({...(viewNetwork(world, network) as object), Containers: {}})))
}

function createNetwork(call: Call): Reply {
  const {world} = call
  const {Name, CheckDuplicate, ...body} = bodyOf<{Name?: string; CheckDuplicate?: boolean} & Record<string, unknown>>(
    call,
  )
  if (!Name?.trim()) throw new ApiError(400, 'invalid name: name must not be empty')
  if (['bridge', 'host', 'none'].includes(Name))
    throw new ApiError(403, `operation is not permitted on predefined ${Name} network`)
  // Since API 1.44 a name that is taken is always refused.
  if (CheckDuplicate !== false && world.findNetwork(Name))
    throw new ApiError(409, `network with name ${Name} already exists`)
  const network = world.addNetwork(Name, body)
  world.emit('network', 'create', network.id, {name: Name, type: 'bridge'})
  return json({Id: network.id, Warning: ''}, 201)
}

function removeNetwork({world, params}: Call): Reply {
  const network = world.network(params[0]!)
  if (network.builtIn) throw new ApiError(403, `${network.name} is a pre-defined network and cannot be removed`)
  if (network.miscounted || attached(world, network).length > 0) {
    throw new ApiError(
      403,
      `error while removing network: network ${network.name} id ${network.id} has active endpoints`,
    )
  }
  world.networks.delete(network.id)
  world.emit('network', 'destroy', network.id, {name: network.name, type: 'bridge'})
  return empty()
}

function connect(call: Call): Reply {
  const {world, params} = call
  const {Container: id = '', EndpointConfig} = bodyOf<{Container?: string; EndpointConfig?: EndpointSettings | null}>(
    call,
  )
  const container = world.container(id)
  const network = world.network(params[0]!)
  if (isRunning(container) && network.name in container.networks) {
    throw new ApiError(403, `endpoint with name ${container.name} already exists in network ${network.name}`)
  }
  const running = isRunning(container)
  container.networks[network.name] = {
    ...EndpointConfig,
    NetworkID: network.id,
    EndpointID: running ? world.newId() : '',
    IPAddress: running ? world.nextAddress() : '',
  }
  if (running) world.emit('network', 'connect', network.id, {container: container.id, name: network.name})
  return empty(200)
}

function disconnect(call: Call): Reply {
  const {world, params} = call
  const {Container: id = ''} = bodyOf<{Container?: string}>(call)
  const network = world.network(params[0]!)
  const container = world.container(id)
  if (!(network.name in container.networks)) {
    throw new ApiError(500, `container ${container.id} is not connected to network ${network.name}`)
  }
  delete container.networks[network.name]
  world.emit('network', 'disconnect', network.id, {container: container.id, name: network.name})
  return empty(200)
}

const users = (world: World, {name}: Volume) =>
  [...world.containers.values()].filter(({mounts}) => mounts.some(mount => mount.Name === name))

const viewVolume = ({name, labels, created}: Volume) => ({
  Name: name,
  Driver: 'local',
  Mountpoint: `/var/lib/docker/volumes/${name}/_data`,
  CreatedAt: created,
  Labels: labels,
  Options: {},
  Scope: 'local',
})

function volume({world, params}: Call): Volume {
  const found = world.volumes.get(params[0]!)
  if (!found) throw new ApiError(404, `get ${params[0]}: no such volume`)
  return found
}

function listVolumes({world, query}: Call): Reply {
  const {label, name, dangling} = filtersOf(query)
  const found = [...world.volumes.values()].filter(
    volume =>
      hasLabels(volume.labels, label) &&
      (!name || name.some(part => volume.name.includes(part))) &&
      (!dangling || dangling.includes(String(users(world, volume).length === 0))),
  )
  return json({Volumes: found.map(viewVolume), Warnings: null})
}

function createVolume(call: Call): Reply {
  const {Name, Labels} = bodyOf<{Name?: string; Labels?: Labels}>(call)
  if (Name && !/^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/.test(Name)) {
    throw new ApiError(
      400,
      `create ${Name}: "${Name}" includes invalid characters for a local volume name, only "[a-zA-Z0-9][a-zA-Z0-9_.-]" are allowed`,
    )
  }
  return json(viewVolume(call.world.addVolume(Name || undefined, Labels)), 201)
}

function removeVolume(call: Call): Reply {
  const found = call.world.volumes.get(call.params[0]!)
  if (!found && flag(call.query, 'force')) return empty()
  const {name} = volume(call)
  const [user] = users(call.world, volume(call))
  if (user) throw new ApiError(409, `remove ${name}: volume is in use - [${user.id}]`)
  call.world.volumes.delete(name)
  call.world.emit('volume', 'destroy', name, {driver: 'local'})
  return empty()
}

export const networkAndVolumeRoutes: readonly Route[] = [
  ['GET', /^\/networks$/, listNetworks],
  ['POST', /^\/networks\/create$/, createNetwork],
  ['GET', /^\/networks\/([^/]+)$/, ({world, params}) => json(viewNetwork(world, world.network(params[0]!)))],
  ['DELETE', /^\/networks\/([^/]+)$/, removeNetwork],
  ['POST', /^\/networks\/([^/]+)\/connect$/, connect],
  ['POST', /^\/networks\/([^/]+)\/disconnect$/, disconnect],
  ['GET', /^\/volumes$/, listVolumes],
  ['POST', /^\/volumes\/create$/, createVolume],
  ['GET', /^\/volumes\/([^/]+)$/, call => json(viewVolume(volume(call)))],
  ['DELETE', /^\/volumes\/([^/]+)$/, removeVolume],
]
