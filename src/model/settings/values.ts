import * as z from 'zod'
import {LabError} from '../../errors.js'
import {checkLabName, isDomain} from '../names.js'

export const LOG_LEVELS = ['OFF', 'FATAL', 'ERROR', 'WARN', 'INFO', 'DEBUG', 'TRACE', 'ALL'] as const

/** So far ports can be moved: the highest stays below 65536. */
export const MOST_PORT_OFFSET = 50_000

/** What a wrong value is answered with; `got ...` is added where the value is known. */
export const expected = (what: string) => ({error: `expected ${what}`})

export const pattern = (regex: RegExp, what: string, maxLength = 255) =>
  z
    .string(expected(what))
    .max(maxLength, {...expected(what), abort: true})
    .regex(regex, expected(what))

const wholeNumber = (what: string, min: number, max: number) =>
  z
    .number(expected(what))
    .int({...expected(what), abort: true})
    .min(min, expected(what))
    .max(max, expected(what))

function isLabName(name: string): boolean {
  try {
    return checkLabName(name) === name
  } catch (error) {
    if (error instanceof LabError) return false
    throw error
  }
}

const LAB_NAME_TEXT = 'a name: a small letter, then small letters, digits and hyphens, 32 at most'
const DOMAIN_TEXT = 'a domain such as localhost or lab.example.com'
const HOST_TEXT = 'a host name such as apim.example.com'
const MEMORY_TEXT = 'memory such as 512m, 2g or 2048 (MB), from 16m to 1024g'
const ADDRESS_TEXT = 'an IP address such as 127.0.0.1, no host name'
const TEXT = 'a text without control characters'

const MIN_MEMORY_MB = 16
const MAX_MEMORY_MB = 1024 * 1024

// registry[:port]/ path[/path...] [:tag] [@digest], as engines accept it: no space, no `$`, no option that begins with a hyphen.
const IMAGE =
  /^(?:[a-zA-Z0-9](?:[a-zA-Z0-9.-]*[a-zA-Z0-9])?(?::[0-9]{1,5})?\/)?[a-z0-9]+(?:[._-]+[a-z0-9]+)*(?:\/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)*(?::[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(?:@sha256:[a-f0-9]{64})?$/

// A host with a dot or a port, or localhost, then folders: never a name that a registry would take for a user of its own.
const REGISTRY =
  /^(?:localhost|[a-zA-Z0-9](?:[a-zA-Z0-9-]*\.)+[a-zA-Z0-9-]*[a-zA-Z0-9]|[a-zA-Z0-9-]+(?=:))(?::[0-9]{1,5})?(?:\/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)*$/

// Relative, downwards only: a lab file that came from someone else must not reach what lies outside its folder.
const OVERLAY_PATH =
  /^(?:\.\/)?(?!\.\.?(?:\/|$))[^\x00-\x1f\x7f\\/:*?"<>|$`~]+(?:\/(?!\.\.?(?:\/|$))[^\x00-\x1f\x7f\\/:*?"<>|$`~]+)*$/

/** Memory as it is written, in MB: `512m`, `2g`, `2048`. */
export function memoryMb(memory: string | number): number {
  if (typeof memory === 'number') return memory
  return Number.parseInt(memory, 10) * (/g$/i.test(memory) ? 1024 : 1)
}

export const labName = z.string(expected(LAB_NAME_TEXT)).refine(isLabName, expected(LAB_NAME_TEXT))
export const releaseName = pattern(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, 'a release such as 3.2.0 or mini', 64)
export const domain = z.string(expected(DOMAIN_TEXT)).refine(isDomain, expected(DOMAIN_TEXT))
export const database = (names: readonly string[]) =>
  z.enum(names as [string, ...string[]], expected(names.join(' or ')))
export const hosts = z.enum(['each', 'one'], expected('each or one'))
export const host = z.string(expected(HOST_TEXT)).refine(isDomain, expected(HOST_TEXT))
export const keptHost = z.union([z.literal(''), host])
export const address = z.union([z.ipv4(), z.ipv6()], expected(ADDRESS_TEXT))
export const portOffset = wholeNumber(`a whole number from 0 to ${MOST_PORT_OFFSET}`, 0, MOST_PORT_OFFSET)
export const publicPort = wholeNumber('a port from 1 to 65535', 1, 65_535)
// The product's highest port is below 12000.
export const nodeOffset = portOffset
export const replicas = wholeNumber('a whole number of 0 or more', 0, Number.MAX_SAFE_INTEGER)
export const flag = z.boolean(expected('true or false'))
export const sharedDb = z.union([z.literal('auto'), z.boolean()], expected('auto, true or false'))
export const image = pattern(IMAGE, 'an image such as wso2/wso2am:3.2.0')
export const registry = pattern(REGISTRY, 'a registry such as docker.wso2.com or registry.example.com:5000/mirror')
export const tag = pattern(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/, 'a tag such as 3.2.0.14', 128)
export const variant = z.enum(['alpine', 'centos', 'rocky'], expected('alpine, centos or rocky'))
const BUILD_TEXT = "newest, an update level, or the first digits of a zip's SHA-256"
export const build = z.union(
  [wholeNumber(BUILD_TEXT, 0, Number.MAX_SAFE_INTEGER), pattern(/^(newest|none|[0-9a-f]{1,64})$/, BUILD_TEXT, 64)],
  expected(BUILD_TEXT),
)
/** What is kept of them: nothing stands for the release's own. */
export const keptRegistry = z.union([z.literal(''), registry])
export const keptBuild = z.string()
export const keptTag = z.union([z.literal(''), tag])
export const keptSuffix = z.enum(['', '-alpine', '-centos', '-rocky'])
export const driver = z.union(
  [z.literal('image'), pattern(OVERLAY_PATH, '')],
  expected('image, or the path of a JAR file in the folder of the lab file or below it'),
)
export const logLevels = z.record(
  pattern(/^[A-Za-z_][\w-]*(?:\.[A-Za-z_][\w-]*)*$/, 'the name of a logger such as org.wso2.carbon.apimgt.gateway'),
  z.enum(LOG_LEVELS, expected(`one of ${LOG_LEVELS.join(', ')}`)),
  expected('a block of LOGGER: LEVEL'),
)
export const certificate = z.enum(['lab', 'untrusted'], expected('lab or untrusted'))
export const tls = z.enum(['lab', 'product'], expected('lab or product'))
export const port = wholeNumber('a port from 1024 to 65535', 1024, 65_535)
export const overlayPath = pattern(OVERLAY_PATH, 'the path of a TOML file in the folder of the lab file or below it')
export const configPath = pattern(OVERLAY_PATH, 'the path of a file in the folder of the lab file or below it')
export const containerPath = pattern(
  /^(?:\/(?!\.\.?(?:\/|$))[\w.+@-]+)+$/,
  'an absolute path inside the container, of letters, digits and ._+@-',
)
export const jars = z
  .array(pattern(/^(?:[^/]+\/)*[^/]+\.jar$/, 'a JAR file').and(configPath), expected('a list of JAR files'))
  .max(100, expected('100 JAR files at most'))
const KEY_PATH_TEXT = 'a key path such as apim.event_hub or apim.gateway.environment[name=Default]'
export const keyPaths = z
  .array(
    pattern(/^(?:[^\x00-\x20\x7f[\]]|\[[^\x00-\x1f\x7f[\]]*\])+$/, KEY_PATH_TEXT),
    expected('a list of key paths such as apim.event_hub'),
  )
  .max(1000, expected('1000 key paths at most'))
  .readonly()
export const megabytes = wholeNumber(MEMORY_TEXT, MIN_MEMORY_MB, MAX_MEMORY_MB)

export const memory = z
  .union([megabytes, z.string().regex(/^[1-9][0-9]{0,6}[mMgG]$/, expected(MEMORY_TEXT))], expected(MEMORY_TEXT))
  .refine(value => memoryMb(value) >= MIN_MEMORY_MB && memoryMb(value) <= MAX_MEMORY_MB, expected(MEMORY_TEXT))

const environmentName = pattern(/^[A-Za-z_][A-Za-z0-9_]*$/, 'the name of an environment variable')
// Line breaks and tabs are fine in a value; a NUL can't be passed to a process at all.
const environmentValue = z.union(
  [z.string().regex(/^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$/, expected(TEXT)), z.number(), z.boolean()],
  expected(TEXT),
)

export const environment = z.record(environmentName, environmentValue, expected('a block of NAME: value'))
