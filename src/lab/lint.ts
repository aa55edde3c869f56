import {basename, resolve} from 'node:path'
import {kindOf, pathBelow, readConfigFiles, type ReadFile} from '../disk/config-files.js'
import {readTemplates} from '../disk/templates.js'
import {LabError} from '../errors.js'
import {tomlsInYaml} from '../lint/config-map.js'
import type {Finding} from '../lint/finding.js'
import type {LintedFile} from '../lint/lint.js'
import {DEFAULT_RELEASE, findRelease} from '../model/releases/index.js'
import type {SettingFlags} from '../model/resolve-settings.js'
import type {LabContext} from './context.js'
import {keyCandidates, lintLab} from './checks/lint-lab.js'
import {resolveOffline} from './resolve/resolve-lab.js'

export interface LintOptions {
  /** Folders and files; none: the lab. */
  readonly paths: readonly string[]
  readonly workingDirectory: string
  /** `release` and `lab` among them. */
  readonly flags: SettingFlags
}

export interface LintResult {
  readonly release: string
  readonly releaseReason: string
  readonly files: readonly string[]
  readonly skipped: readonly {readonly path: string; readonly why: string}[]
  readonly findings: readonly Finding[]
}

/** Files below a folder are of the product if they have its name or one of its tables. */
const isOfProduct = ({path, text}: ReadFile) =>
  /deployment/i.test(basename(path)) || /^\s*\[+\s*(super_admin|user_store|apim\b)/m.test(text)

/** What the analytics servers of 3.x are configured with: deployment.yaml begins with this block (analytics-apim v3.2.0). */
const isCarbonYaml = ({path, text}: ReadFile) => /\.ya?ml$/i.test(path) && /^wso2\.carbon:/m.test(text)

function tomlsOf(read: ReadFile, shown: string, isAsked: boolean): readonly LintedFile[] {
  if (/\.(ya?ml|tpl)$/i.test(read.path)) return tomlsInYaml(read.text).map(text => ({file: shown, text}))
  return isAsked || isOfProduct(read) ? [{file: shown, text: read.text}] : []
}

async function filesAt(path: string, workingDirectory: string) {
  const absolute = resolve(workingDirectory, path)
  const kind = await kindOf(absolute)
  if (kind === undefined)
    throw new LabError('usage-invalid', `There is no file or folder ${path}.`, {next: ['apim-lab lint --help']})
  const {files, skipped} = await readConfigFiles(absolute)
  const shown = (file: string) =>
    kind === 'folder' ? `${path.replace(/\/+$/, '')}/${pathBelow(absolute, file)}` : path
  const yamls = files
    .filter(isCarbonYaml)
    .map(({path: yaml}) => ({path: yaml, why: 'is of an analytics server: only a deployment.toml is checked'}))
  return {
    files: files.flatMap(read => tomlsOf(read, shown(read.path), kind !== 'folder')),
    skipped: [...skipped, ...yamls].map(each => ({...each, path: each.path === absolute ? path : shown(each.path)})),
  }
}

/** Checks files, or the lab. Asks no engine. Throws `usage-invalid` where nothing is that can be checked. */
export async function lint(options: LintOptions, context: LabContext): Promise<LintResult> {
  return options.paths.length === 0 ? lintOwn(options, context) : lintFiles(options, context)
}

async function lintFiles(
  {paths, workingDirectory, flags}: LintOptions,
  {releases}: Pick<LabContext, 'releases'>,
): Promise<LintResult> {
  const read = await Promise.all(paths.map(path => filesAt(path, workingDirectory)))
  const files = read.flatMap(each => each.files)
  if (files.length === 0)
    throw new LabError('usage-invalid', `There is no deployment.toml in ${paths.join(', ')}.`, {
      evidence: read.flatMap(({skipped}) => skipped.map(({path, why}) => `${path} ${why}`)),
      next: ['apim-lab lint --help', 'apim-lab import a-folder (reads charts and compose files too)'],
    })
  const candidates = await keyCandidates(releases)
  const [{lintSet}, {recogniseRelease}] = await Promise.all([import('../lint/lint.js'), import('../lint/recognise.js')])
  const {release, reason} =
    flags.release === undefined
      ? recogniseRelease(files, candidates, DEFAULT_RELEASE)
      : {release: findRelease(flags.release, releases), reason: 'asked for with --release'}
  const own = candidates.find(({is}) => is.config.keys === release.config.keys)!
  return {
    release: release.name,
    releaseReason: reason,
    files: [...new Set(files.map(({file}) => file))],
    skipped: read.flatMap(each => each.skipped),
    findings: lintSet(files, release, own.keys, {others: candidates.filter(other => other !== own)}),
  }
}

async function lintOwn({workingDirectory, flags}: LintOptions, context: LabContext): Promise<LintResult> {
  const {topology, release, releaseReason} = await resolveOffline({flags, workingDirectory}, context)
  const {nodeTexts} = await import('../render/node-texts.js')
  const texts = nodeTexts(topology, await readTemplates(context.templates))
  return {
    release: release.name,
    releaseReason,
    files: texts.map(({file}) => file),
    skipped: [],
    findings: await lintLab(topology, texts, context),
  }
}
