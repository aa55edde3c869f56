import {basename} from 'node:path'
import {text} from 'node:stream/consumers'
import {openTree} from '../../../disk/distribution/open.js'
import type {DistributionTree} from '../../../disk/distribution/tree.js'
import {LabError} from '../../../errors.js'
import {folderName, identityOf, type DistributionSpec, type Identity} from '../../../model/distribution.js'
import {missingBundles, updateLevel} from '../../../model/distribution-checks.js'
import {childOf, type TreeEntry} from '../../../model/file-tree.js'
import type {Release} from '../../../model/release.js'
import type {LabContext} from '../../context.js'
import {megabytes, sizeProgress} from '../size-progress.js'

/** A distribution that was read to its end and has all that it names. */
export interface CheckedDistribution {
  readonly release: Release
  readonly spec: DistributionSpec
  /** By path below the home. */
  readonly entries: readonly TreeEntry[]
  readonly unpackedBytes: number
  /** Of Updates 2.0, or WUM's time; `none`. */
  readonly updateLevel: string
  /** Of the zip; of a folder, over all that it holds. */
  readonly sha256: string
  readonly close: () => void
}

const PRODUCT_FILE = 'updates/product.txt'
const CONFIG_FILE = 'updates/config.json'
const MOST_TEXT_BYTES = 4 * 1024 * 1024
const MOST_SHOWN = 20

/** What a copy has that was started: paths of another system, on which the next start would fail, and a process number. */
const LEFT_OUT = /^(repository\/resources\/conf\/\.metadata|wso2carbon\.pid)(\/|$)/

const invalid = (message: string, next: readonly string[], evidence: readonly string[] = []) =>
  new LabError('distribution-invalid', message, {next, evidence})

const textOf = async (entry: TreeEntry | undefined) =>
  entry?.type === 'file' && entry.sizeBytes <= MOST_TEXT_BYTES ? text(await entry.open()) : undefined

/** The one folder that all lies in; empty where there is none. A folder of this machine lies in itself. */
function topOf(entries: readonly TreeEntry[]): string {
  const tops = new Set(entries.map(({path}) => path.split('/')[0]!))
  const [top = ''] = tops
  return tops.size === 1 && entries.some(({path}) => path.startsWith(`${top}/`)) ? top : ''
}

interface Home {
  /** What it calls itself, as far as it does. */
  readonly name: string
  readonly entries: ReadonlyMap<string, TreeEntry>
}

function homeOf({path, entries}: DistributionTree): Home {
  const top = topOf(entries)
  const inside = top === '' ? entries : entries.filter(entry => entry.path !== top)
  const below = inside.map(entry => (top === '' ? entry : {...entry, path: entry.path.slice(top.length + 1)}))
  return {
    name: top === '' ? basename(path) : top,
    entries: new Map(below.filter(entry => !LEFT_OUT.test(entry.path)).map(entry => [entry.path, entry])),
  }
}

const sameIdentity = (one: Identity, other: Identity) => one.product === other.product && one.version === other.version

/** The release's distribution that this is, by its product.txt or else its folder's name. */
async function match(path: string, home: Home, releases: readonly Release[], wanted: Release | undefined) {
  const said = identityOf((await textOf(home.entries.get(PRODUCT_FILE))) ?? '') ?? identityOf(home.name)
  const all = releases.flatMap(release => release.distributions.map(spec => ({release, spec})))
  const names = (list: typeof all) => list.map(({spec}) => folderName(spec)).join(', ')
  if (!said)
    throw invalid(
      `${path} is not a distribution of the product: it has no ${PRODUCT_FILE}, and its folder is called ${JSON.stringify(home.name)}.`,
      ['apim-lab releases'],
      [`Known: ${names(all)}`],
    )
  const found = all.filter(({spec}) => sameIdentity(spec, said))
  // A distribution may be part of several releases: it belongs to the one of its own version.
  const name = wanted?.name ?? said.version
  const fit = found.find(({release}) => release.name === name) ?? (wanted ? undefined : found[0])
  if (fit) return fit
  const own = all.filter(({release}) => release.name === wanted?.name)
  throw invalid(
    wanted === undefined
      ? `${path} is ${folderName(said)}: no release is made of it.`
      : `${path} is ${folderName(said)}, and release ${wanted.name} is made of ${own.length > 0 ? names(own) : 'no distribution'}.`,
    found
      .map(({release}) => `apim-lab images build --release ${release.name} --from ${path}`)
      .concat('apim-lab releases'),
    [`Known: ${names(all)}`],
  )
}

async function checkWhole(path: string, {entries}: Home, spec: DistributionSpec): Promise<void> {
  const needed = spec.runtimes.flatMap(({start, profileSetup, bundlesInfo}) => [start, profileSetup, bundlesInfo])
  const absent = needed.filter(file => file !== undefined && entries.get(file)?.type !== 'file')
  const next = [`ls -l ${path} (compare its size with the original's)`, 'apim-lab images build --from ZIP']
  if (absent.length > 0) throw invalid(`${path} is not whole: it has no ${[...new Set(absent)].join(', ')}.`, next)
  const infos = new Map<string, string>()
  for (const {bundlesInfo} of spec.runtimes) infos.set(bundlesInfo, (await textOf(entries.get(bundlesInfo))) ?? '')
  const missing = missingBundles(infos, new Set(entries.keys()))
  if (missing.length === 0) return
  const more = missing.length - MOST_SHOWN
  throw invalid(
    `${path} is not whole: ${missing.length} bundles that its own bundles.info names are missing. A limit on the size of files may have cut the copy.`,
    next,
    [...missing.slice(0, MOST_SHOWN), ...(more > 0 ? [`and ${more} more`] : [])],
  )
}

/** Every folder on the way to an entry is there, though not every zip names it. */
function withFolders(entries: ReadonlyMap<string, TreeEntry>): ReadonlyMap<string, TreeEntry> {
  const all = new Map(entries)
  for (const {path, ...entry} of entries.values())
    for (let folder = ''; ;) {
      const next = path.slice(folder.length + (folder === '' ? 0 : 1)).split('/')
      if (next.length < 2) break
      folder = childOf(folder, next[0]!)
      if (!all.has(folder)) all.set(folder, {...entry, path: folder, type: 'folder', sizeBytes: 0, executable: false})
    }
  return all
}

/**
 * Reads a zip or a folder to its end and checks it, before anything is made of it: that it is a distribution of the release (of any,
 * where none is named), that it is whole, and that it leaves no folder. Throws `distribution-invalid`. The caller closes it.
 */
export async function checkDistribution(
  path: string,
  release: Release | undefined,
  {releases, reporter, signal}: Pick<LabContext, 'releases' | 'reporter' | 'signal'>,
): Promise<CheckedDistribution> {
  reporter.on({subject: path, state: 'working', text: 'reading what is in it'})
  const tree = await openTree(path, signal)
  try {
    const home = homeOf(tree)
    const fit = await match(path, home, releases, release)
    const whole = {...home, entries: withFolders(home.entries)}
    await checkWhole(path, whole, fit.spec)
    const level = updateLevel(whole.entries.keys(), await textOf(whole.entries.get(CONFIG_FILE)))
    const onBytes = sizeProgress(reporter, path, `of ${megabytes(tree.readBytes)} read`)
    const sha256 = await tree.digest({onBytes, signal})
    reporter.on({subject: path, state: 'done', text: `${folderName(fit.spec)}, update level ${level}, whole`})
    const entries = [...whole.entries.values()].toSorted((a, b) => (a.path < b.path ? -1 : 1))
    return {...fit, entries, unpackedBytes: tree.unpackedBytes, updateLevel: level, sha256, close: tree.close}
  } catch (error) {
    tree.close()
    throw error
  }
}
