import {Resolver} from 'node:dns/promises'
import {readFileSync} from 'node:fs'
import type {LookupFunction} from 'node:net'

/** Milliseconds; a peer that has no name yet is asked for again soon anyway. */
const PATIENCE = 1_000

const HOSTS_FILE = '/etc/hosts'

/** The IPv4 address that a hosts file gives a name, or undefined. */
export const addressInHosts = (hosts: string, name: string): string | undefined => {
  for (const line of hosts.split('\n')) {
    const [address, ...names] = line.replace(/#.*/, '').trim().split(/\s+/)
    if (address?.includes('.') && names.includes(name)) return address
  }
  return undefined
}

const readHosts = (): string => {
  try {
    return readFileSync(HOSTS_FILE, 'utf8')
  } catch {
    return ''
  }
}

const resolve = async (name: string): Promise<string> => {
  const known = name === 'localhost' ? '127.0.0.1' : addressInHosts(readHosts(), name)
  if (known) return known
  try {
    // One for each question: a resolver keeps answers for as long as they say, and the engine says ten minutes, also of a
    // container that is then made anew with another address.
    const [address] = await new Resolver({timeout: PATIENCE, tries: 1}).resolve4(name)
    if (address) return address
    throw Object.assign(new Error(), {code: 'ENODATA'})
  } catch (error) {
    const {code} = error as NodeJS.ErrnoException
    throw Object.assign(new Error(`can't resolve ${name} (${code})`), {code})
  }
}

/**
 * Finds a peer's address without the system's resolver: that one blocks one of a few threads for seconds when a name does not exist
 * yet, and then even names that do exist have to wait. IPv4 only: wso2server.sh prefers that stack too.
 */
export const lookup: LookupFunction = (name, options, callback) => {
  resolve(name).then(
    address => (options.all ? callback(null, [{address, family: 4}]) : callback(null, address, 4)),
    (error: NodeJS.ErrnoException) => callback(error, '', 4),
  )
}
