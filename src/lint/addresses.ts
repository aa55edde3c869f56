import {readKeyPath} from '../model/key-path.js'
import {hasScheme, readAddress, type WrittenAddress} from '../model/link-address.js'
import type {LinkSpec, PortSpec} from '../model/release.js'
import type {Host, LintedSet, ParsedFile} from './linted-set.js'
import {valueAt} from './linted-set.js'
import {isOpen} from './templated.js'

/** An address that a file has for a link of its component. */
export interface FileAddress {
  readonly link: LinkSpec
  readonly key: string
  readonly value: string
  readonly address: WrittenAddress
}

const OWN = new Set(['localhost', '127.0.0.1', '::1', '0.0.0.0'])

/** Whether a host name means the node itself, wherever it stands. */
export const isOwn = (host: string): boolean => OWN.has(host)

/** The links that the component of a file uses and has addresses for, one for each key. */
export function linksOf({component}: ParsedFile, {release}: LintedSet): readonly LinkSpec[] {
  const own = release.links.filter(
    ({client, use, address}) => client === component?.name && use === 'used' && address && address.names !== 'browser',
  )
  return own.filter((link, i) => own.findIndex(other => other.address!.key === link.address!.key) === i)
}

/** The addresses that a file itself has for its links; those that only a running node knows are left out. */
export function addressesOf(file: ParsedFile, set: LintedSet): readonly FileAddress[] {
  return linksOf(file, set).flatMap(link =>
    readKeyPath(file.values, link.address!.key).flatMap(({key, value}) => {
      const address = isOpen(value) ? undefined : readAddress(value)
      return address && file.source.has(key) ? [{link, key, value, address}] : []
    }),
  )
}

/** What a component's port speaks. */
export const portOf = ({server}: LinkSpec, port: number, {release}: LintedSet): PortSpec | undefined =>
  release.components.find(({name}) => name === server)?.ports.find(spec => spec.port === port)

/** Whether the scheme of an address is one that its port does not speak, or that no link of its kind has. */
export function isWrongScheme({link, address}: FileAddress, set: LintedSet): boolean {
  if (hasScheme(address, link.probe)) return false
  if (link.probe !== 'https') return true
  // A service that is asked in plain HTTP answers on its own port for it.
  return portOf(link, address.port, set)?.protocol === 'https'
}

/** Names that lead to a node: the lab's, or the host names in the files of a set. */
export function hostsNamed(name: string, {files, hosts}: LintedSet): readonly Host[] {
  const known =
    hosts ??
    files.flatMap(({component, source: {table}}) => {
      const host = valueAt(table, 'server.hostname')
      return component && host !== undefined && !isOwn(host) ? [{name: host, component: component.name}] : []
    })
  return known.filter(host => host.name.toLowerCase() === name)
}

/** Where every name is known the lab itself is at fault; elsewhere others may know more. */
export const certain = ({hosts}: LintedSet): {readonly severity: 'error' | 'warning'} => ({
  severity: hosts ? 'error' : 'warning',
})

/** The nodes of a component by name: of the lab, or of the files of a set that say it. */
export const nodesOf = (component: string, {files, hosts}: LintedSet): readonly string[] =>
  hosts
    ? hosts.filter(host => host.component === component && !host.shared).map(({name}) => name)
    : files.flatMap(file => (file.component?.name === component ? [file.node ?? file.file] : []))
