import {addressesOf, certain, hostsNamed, isOwn, isWrongScheme, linksOf, nodesOf, portOf} from '../addresses.js'
import {nearest} from '../../model/nearest.js'
import {shown, type WrittenAddress} from '../../model/link-address.js'
import {expectedText} from '../../model/link-address.js'
import {readKeyPath} from '../../model/key-path.js'
import {valueAt, type LintedSet, type ParsedFile} from '../linted-set.js'
import {standardPort} from '../../model/port-offsets.js'
import type {Rule} from '../rule.js'

const REFUSED = 'java.net.ConnectException: Connection refused'

/** The number that is added to every port of a node, or of the nodes that share a name. */
function offsetOf(host: string, set: LintedSet): number {
  const server = set.files.find(
    ({node, component}) =>
      node === host || hostsNamed(host, set).some(named => named.shared && named.component === component?.name),
  )
  return Number(server === undefined ? 0 : (valueAt(server.values, 'server.offset') ?? 0)) || 0
}

/** A port that the named node has for something else. */
function expectedPort(
  link: Parameters<typeof portOf>[0],
  {host, port}: WrittenAddress,
  set: LintedSet,
): number | undefined {
  // A lab's links have the offset already.
  const right = standardPort(link) + offsetOf(host, set)
  const isKnown =
    set.hosts !== undefined &&
    hostsNamed(host, set).some(({component, balanced}) => component === link.server && !balanced)
  if (isKnown) return port === right ? undefined : right
  const found = portOf(link, port, set)
  const wanted = portOf(link, link.port, set)
  // Over plain TCP each port has a protocol of its own; over HTTPS a proxy may put any of them in front.
  const isOther = found !== wanted && (found?.protocol !== wanted?.protocol || found?.protocol === 'tcp')
  return found && wanted && isOther ? link.port : undefined
}

/** The number that is added to every port of the file's own node. */
const ownOffset = ({values}: ParsedFile): number => Number(valueAt(values, 'server.offset') ?? 0) || 0

const isAddressOfMachine = (host: string) => host.includes('.') || host.includes(':')

/** Addresses of other nodes, by the links of the release. */
export const ADDRESS_RULES: readonly Rule[] = [
  {
    code: 'address-port',
    severity: 'warning',
    title: 'An address with the port of something else',
    why: 'The other node does not speak this protocol on that port.',
    looksLike: `Cannot borrow client for ssl://tm:9611, or ${REFUSED}`,
    fix: 'Take the port of this link.',
    check: (file, set) =>
      addressesOf(file, set).flatMap(each => {
        const {link, key, address, value} = each
        const port = isWrongScheme(each, set) ? undefined : expectedPort(link, address, set)
        if (port === undefined || address.scheme === 'http') return []
        return [
          {
            key,
            ...certain(set),
            message: `${shown(value)}: ${link.purpose} of ${link.server} is on port ${port}, not ${address.port}`,
            fix: `Write ${expectedText({host: address.host, port}, link.probe, value)}.`,
          },
        ]
      }),
  },
  {
    code: 'address-scheme',
    severity: 'warning',
    title: 'An address with a scheme that does not belong to its port',
    why: 'Events go in the clear, the login for them and the services go over TLS: one side says what the other does not understand.',
    looksLike:
      'Cannot borrow client for ..., or javax.net.ssl.SSLException: Unrecognized SSL message, plaintext connection?',
    fix: 'Write `tcp://` for events and topics, `ssl://` for the login, `https://` for services.',
    check: (file, set) =>
      addressesOf(file, set)
        .filter(each => isWrongScheme(each, set))
        .map(({link, key, address, value}) => ({
          key,
          ...certain(set),
          message: `${shown(value)}: ${link.purpose} is no ${address.scheme}`,
          fix: `Write ${expectedText(address, link.probe)}.`,
        })),
  },
  {
    code: 'address-services',
    severity: 'error',
    title: 'A service URL without /services/ at its end',
    why: 'The product appends the name of a service to this text as it is: the slash at its end is needed.',
    looksLike: 'org.apache.axis2.AxisFault: Transport error: 404, or 302, when a policy or an API is deployed',
    fix: 'End the URL with `/services/`.',
    check: (file, set) =>
      addressesOf(file, set)
        .filter(({link, value}) => link.address!.services !== undefined && !value.endsWith('/services/'))
        .map(({link, key, value}) => ({
          key,
          severity: link.address!.services === 'always' ? 'error' : 'warning',
          message: `${shown(value)} does not end with /services/`,
        })),
  },
  {
    code: 'address-localhost',
    severity: 'warning',
    title: 'localhost where another node is meant',
    why: 'This node has a profile, so the other component runs elsewhere: the address leads back to the node itself.',
    looksLike: `${REFUSED}, or a 404 of the node itself`,
    fix: 'Name the host of the other component.',
    check: (file, set) =>
      addressesOf(file, set)
        .filter(({link, address}) => link.server !== link.client && isOwn(address.host))
        // On another port it is another server on this machine.
        .filter(({link, address}) => address.port === standardPort(link) + ownOffset(file))
        .map(({link, key, value}) => ({
          key,
          ...certain(set),
          message: `${shown(value)} is this ${link.client} itself, not a ${link.server} (${link.purpose})`,
        })),
  },
  {
    code: 'peer-unknown',
    severity: 'error',
    title: 'An address that names no node of the lab',
    why: 'Nothing in the network of the lab has this name.',
    looksLike: 'java.net.UnknownHostException: traffic-manger-1',
    fix: 'Name a node of the lab.',
    check: (file, set) =>
      set.hosts === undefined
        ? []
        : addressesOf(file, set)
            .filter(({address}) => !isOwn(address.host) && hostsNamed(address.host, set).length === 0)
            .map(({link, key, address}) => {
              const names = set.hosts!.filter(({component}) => component === link.server).map(({name}) => name)
              const near = nearest(address.host, names)
              return {
                key,
                severity: isAddressOfMachine(address.host) ? 'warning' : 'error',
                message: `the lab has no ${address.host}`,
                fix: near === undefined ? `Known: ${names.join(', ')}.` : `Did you mean ${near}?`,
              }
            }),
  },
  {
    code: 'peer-role',
    severity: 'warning',
    title: 'An address that names a node of another component',
    why: 'Each profile keeps only its own web applications and services: this node does not have what is asked for.',
    looksLike: 'A 404 or 302 of that node, or Connection refused on a port that only the right one opens',
    fix: 'Name a node of the component that serves this.',
    check: (file, set) =>
      addressesOf(file, set).flatMap(({link, key, address}) => {
        const named = hostsNamed(address.host, set)
        const isOne = named.length === 0 || named.some(({component}) => component === link.server)
        // On a port that is neither the node's nor the link's something else answers under that name: a proxy, for whoever it may be.
        const isRole = named.every(({component}) =>
          set.release.components.some(
            ({name, ports}) => name === component && [link.port, ...ports.map(({port}) => port)].includes(address.port),
          ),
        )
        return isOne || !isRole
          ? []
          : [
              {
                key,
                ...certain(set),
                message: `${address.host} is a ${named[0]!.component}, not a ${link.server} (${link.purpose})`,
              },
            ]
      }),
  },
  {
    code: 'peer-missing',
    severity: 'warning',
    title: 'A node that the others leave out',
    why: 'These addresses name every node of a component by itself: one that is left out gets no APIs, events or policies.',
    looksLike: 'A 404 of that gateway for a new API, or limits that let through more than they should',
    fix: 'Add the address of the node that is missing.',
    check: (file, set) =>
      set.hosts === undefined
        ? []
        : linksOf(file, set).flatMap(link => {
            if (link.address!.names !== 'node' || link.server === link.client) return []
            const own = addressesOf(file, set).filter(({link: {address}}) => address!.key === link.address!.key)
            const names = own.map(({address}) => address.host)
            const nodes = nodesOf(link.server, set)
            const missing = nodes.filter(name => !names.includes(name))
            // One that is named by something else than its own name may be any of them.
            return own.length === 0 || missing.length === 0 || names.some(name => !nodes.includes(name))
              ? []
              : [{key: own[0]!.key, message: `${missing.join(', ')} of the lab is left out here (${link.purpose})`}]
          }),
  },
  {
    code: 'link-silent',
    severity: 'warning',
    title: 'An array without the table that a link needs',
    why: 'An array of tables in the file replaces the whole array of the product: what it had for this link is gone.',
    looksLike: 'A revoked token that goes on working: nobody hears of it',
    fix: 'Add the `[[event_listener]]` with id "token_revocation" and its notification_endpoint.',
    check: (file, set) =>
      linksOf(file, set).flatMap(({address, purpose, server}) => {
        const [array = ''] = address!.key.split('[]')
        return address!.among !== true || !(array in file.table) || readKeyPath(file.table, address!.key).length > 0
          ? []
          : [{key: array, message: `[[${array}]] has no address of the ${server}: ${purpose} is not told`}]
      }),
  },
]
