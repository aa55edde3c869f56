import {Resolver} from 'node:dns/promises'
import {readFileSync} from 'node:fs'
import {isIP, type LookupFunction} from 'node:net'

export interface NameOptions {
  /** Milliseconds that the name server has. */
  readonly timeoutMs?: number
  /** Name servers that are asked instead of the system's, as `address:port`. */
  readonly servers?: readonly string[]
}

export interface Address {
  readonly address: string
  readonly family: 4 | 6
}

/** A peer that has no name yet is asked for again soon anyway. */
const TIMEOUT_MS = 1_000

const HOSTS_FILE = '/etc/hosts'

/** The addresses that a hosts file gives a name, IPv4 first. */
export function addressesInHosts(hosts: string, name: string): readonly Address[] {
  const found = hosts.split('\n').flatMap((line): readonly Address[] => {
    const [address = '', ...names] = line.replace(/#.*/, '').trim().split(/\s+/)
    const family = isIP(address)
    return (family === 4 || family === 6) && names.includes(name) ? [{address, family}] : []
  })
  return found.toSorted((one, other) => one.family - other.family)
}

const readHosts = (): string => {
  try {
    return readFileSync(HOSTS_FILE, 'utf8')
  } catch {
    return ''
  }
}

/** What a name server that answers says of a name that does not exist, or has no address of this kind. */
const NO_SUCH_NAME = ['ENOTFOUND', 'ENODATA']

const codeOf = (error: unknown) => String((error as NodeJS.ErrnoException).code)

/** The codes are those of the system's own resolver: EAI_AGAIN says nothing of the name, only that nobody answered. */
const failed = (name: string, code: 'ENOTFOUND' | 'EAI_AGAIN', why: string) =>
  Object.assign(new Error(code === 'ENOTFOUND' ? `can't resolve ${name} (${code})` : why), {code})

async function ask(name: string, family: 4 | 6, {timeoutMs = TIMEOUT_MS, servers}: NameOptions) {
  // One for each question: a resolver keeps answers for as long as they say, and the engine says ten minutes, also of a
  // container that is then made anew with another address.
  const resolver = new Resolver({timeout: timeoutMs, tries: 1})
  if (servers) resolver.setServers(servers)
  // It takes its time for each of several servers, and sometimes a little more than it was given.
  const deadline = setTimeout(() => resolver.cancel(), timeoutMs)
  try {
    const found = await (family === 4 ? resolver.resolve4(name) : resolver.resolve6(name))
    return found.map((address): Address => ({address, family}))
  } catch (error) {
    const code = codeOf(error)
    if (NO_SUCH_NAME.includes(code)) return []
    throw failed(name, 'EAI_AGAIN', `can't resolve ${name}: the name server does not answer (${code})`)
  } finally {
    clearTimeout(deadline)
  }
}

/**
 * The addresses of a name: those of the hosts file, else the name server's. Throws ENOTFOUND where there are none, EAI_AGAIN where no
 * name server answers in time.
 *
 * It does without the system's resolver: that one blocks one of a few threads for many seconds when no name server answers, and then
 * even names that do exist have to wait.
 */
export async function addressesOf(name: string, options: NameOptions = {}): Promise<readonly Address[]> {
  const family = isIP(name)
  if (family === 4 || family === 6) return [{address: name, family}]
  if (name === 'localhost') return [{address: '127.0.0.1', family: 4}]
  const known = addressesInHosts(readHosts(), name)
  if (known.length > 0) return known
  const found = await ask(name, 4, options)
  const either = found.length > 0 ? found : await ask(name, 6, options)
  if (either.length > 0) return either
  throw failed(name, 'ENOTFOUND', '')
}

/** How sockets look names up: in the hosts file, then at the name server, which has so long to answer. */
export const lookupWithin =
  (timeoutMs: number): LookupFunction =>
  (name, options, callback) => {
    const wanted = options.family === 6 || options.family === 'IPv6' ? 6 : options.family ? 4 : undefined
    addressesOf(name, {timeoutMs}).then(
      all => {
        const found = all.filter(({family}) => wanted === undefined || family === wanted)
        const [first] = found
        if (!first) callback(failed(name, 'ENOTFOUND', ''), '', 4)
        else if (options.all) callback(null, [...found])
        else callback(null, first.address, first.family)
      },
      (error: NodeJS.ErrnoException) => callback(error, '', 4),
    )
  }

export const lookup: LookupFunction = lookupWithin(TIMEOUT_MS)
