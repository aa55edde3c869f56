import {isIP} from 'node:net'
import type {Topology} from '../model/topology.js'
import type {LabContext} from './context.js'
import {resolveOffline, type LabRequest} from './resolve/resolve-lab.js'

export interface HostsResult {
  readonly lab: string
  readonly address: string
  readonly names: readonly string[]
  readonly lines: readonly string[]
}

const LOOPBACK = '127.0.0.1'
/** Addresses to listen on, none to connect to. */
const ANY = ['0.0.0.0', '::']

/** Windows reads nine names of a line at most, and other systems have limits of their own. */
const NAMES_PER_LINE = 8

/** What the hosts file needs so that every program finds the lab. */
export function hostsOf({settings, openPorts}: Topology): HostsResult {
  const address = isIP(settings.address) !== 0 && !ANY.includes(settings.address) ? settings.address : LOOPBACK
  const names = [...new Set(openPorts.map(({hostName}) => hostName))]
  const lines = Array.from({length: Math.ceil(names.length / NAMES_PER_LINE)}, (_, i) =>
    [address, ...names.slice(i * NAMES_PER_LINE, (i + 1) * NAMES_PER_LINE)].join(' '),
  )
  return {lab: settings.lab, address, names, lines}
}

/** The lines for the hosts file, from settings alone. */
export async function hosts(
  request: LabRequest,
  context: Pick<LabContext, 'data' | 'releases' | 'signal'>,
): Promise<HostsResult> {
  return hostsOf((await resolveOffline(request, context)).topology)
}
