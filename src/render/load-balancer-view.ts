import {LOAD_BALANCER_HEALTH_PORT} from '../model/infrastructure.js'
import {isTls} from '../model/open-ports.js'
import type {OpenPort, Topology} from '../model/topology.js'

const unique = <T>(values: readonly T[]): T[] => [...new Set(values)]

/** What the socket to a node's port, or the group of a component's sockets, is called. */
const socketName = (host: string, port: number) => `${host}-${port}`

const isSameServer = (one: OpenPort, other: OpenPort) =>
  one.component === other.component && one.spec.port === other.spec.port

/** What templates/load-balancer/nginx.conf.hbs is given. */
export function loadBalancerView(topology: Topology) {
  const {openPorts} = topology
  const variable = (component: string) => component.replaceAll('-', '_')
  const nodesOf = (component: string) => topology.nodes.filter(node => node.component === component)
  const isSticky = ({spec, component}: OpenPort) =>
    spec.sticky === true && isTls(spec.protocol) && nodesOf(component).length > 1
  const isSame = (a: OpenPort, b: OpenPort) => a.hostName === b.hostName && a.port === b.port
  const isShared = ({paths}: OpenPort) => paths.length > 0
  const listening = (open: OpenPort) => ({port: open.port, tls: isTls(open.spec.protocol), host: open.hostName})
  const behind = (open: OpenPort) => ({
    component: open.component,
    variable: variable(open.component),
    sticky: isSticky(open),
    streams: open.spec.streams === true,
    tls: isTls(open.spec.protocol),
    upstream: socketName(open.component, open.spec.port),
    backend: `${open.component}:${open.spec.port}`,
    backend_port: open.spec.port,
  })
  const tunnelsOf = ({component, spec: {port}}: OpenPort) =>
    nodesOf(component).map(({name}) => ({name: socketName(name, port), backend: `${name}:${port}`}))
  const overTls = openPorts
    .filter(({spec}) => isTls(spec.protocol))
    .filter((open, i, all) => all.findIndex(one => isSameServer(one, open)) === i)
  return {
    tunnels: overTls.flatMap(tunnelsOf),
    upstreams: overTls.flatMap(open => [
      {name: socketName(open.component, open.spec.port), tunnels: tunnelsOf(open)},
      ...(isSticky(open) ? tunnelsOf(open).map(tunnel => ({name: tunnel.name, tunnels: [tunnel]})) : []),
    ]),
    verify_nodes: topology.settings.tls === 'lab',
    health_port: LOAD_BALANCER_HEALTH_PORT,
    sticky: unique(openPorts.filter(isSticky).map(({component}) => component)).map(component => ({
      component,
      variable: variable(component),
      nodes: nodesOf(component).map(({name}, i, all) => ({
        name,
        share: i === all.length - 1 ? '*' : `${Math.floor(100 / all.length)}%`,
      })),
    })),
    ports: unique(openPorts.map(({port}) => port)).map(port => {
      const here = openPorts.filter(open => open.port === port)
      return {
        port,
        tls: here.some(({spec}) => isTls(spec.protocol)),
        hosts: unique(here.map(({hostName}) => hostName)).join(', '),
      }
    }),
    servers: openPorts.filter(open => !isShared(open)).map(open => ({...listening(open), ...behind(open)})),
    shared: openPorts
      .filter((open, i) => isShared(open) && openPorts.findIndex(one => isSame(one, open)) === i)
      .map(open => {
        const here = openPorts.filter(one => isSame(one, open))
        const paths = here.flatMap(one => one.paths)
        return {
          ...listening(open),
          // The first that fits is taken: the longest.
          routes: here
            .flatMap(one => one.paths.map(path => ({...behind(one), path, is_rest: path === '/'})))
            // What several could answer is the first's.
            .filter((route, i, all) => all.findIndex(({path}) => path === route.path) === i)
            .toSorted((one, other) => other.path.length - one.path.length),
          fallbacks: here.filter(isSticky).map(behind),
          known: paths.join(' '),
          is_complete: paths.includes('/'),
        }
      }),
  }
}
