import {basename, resolve} from 'node:path'
import {writeNewFile} from '../../disk/new-lab-file.js'
import {LabError} from '../../errors.js'
import {saidWalk, WALK_REPORT} from '../../model/cases/from-walk.js'
import {sampleCase, type CaseContent} from '../../model/cases/sample-case.js'
import {fromJson} from '../../model/from-json.js'
import {asLabFile} from '../../model/lab-file/as-lab-file.js'
import {findRelease} from '../../model/releases/index.js'
import {DEFAULTS} from '../../model/settings.js'
import type {LabContext} from '../context.js'
import {keptSettings} from '../resolve/load-settings.js'
import {fromCapture, type CaseSource} from './from-capture.js'

export interface NewCaseOptions {
  readonly file: string
  readonly release?: string
  /** A lab whose settings, overlays and last walk the case shall have. */
  readonly fromLab?: string
  /** A file of `capture` that it shall have them of. */
  readonly from?: string
  readonly workingDirectory: string
  readonly force: boolean
}

const MOST_NAME = 27
const USUAL_NAME = 'my-bug'

/** The name of a case, from that of its file. */
function nameOf(file: string): string {
  const name = basename(file)
    .replace(/\.ya?ml$/, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+/, '')
    .slice(0, MOST_NAME)
    .replace(/-+$/, '')
  return name === '' || name === 'case' ? USUAL_NAME : name
}

async function ofLab(lab: string, {data}: Pick<LabContext, 'data'>): Promise<CaseSource> {
  const folder = data.lab(lab)
  const settings = await keptSettings(folder)
  if (settings.release === undefined)
    throw new LabError('lab-not-found', `There is no lab ${lab}.`, {next: ['apim-lab up', 'apim-lab case new']})
  const walk = fromJson(WALK_REPORT, (await folder.readPrivate('verify')) ?? '')
  return {settings, faults: [], walk, notes: []}
}

async function sourceOf(options: NewCaseOptions, context: LabContext): Promise<CaseSource | undefined> {
  const {from, fromLab, workingDirectory} = options
  if (from !== undefined) return fromCapture(from, workingDirectory)
  return fromLab === undefined ? undefined : ofLab(fromLab, context)
}

/** What was made for calls that are made again, what was broken, and the calls. */
function stepsOf({faults, walk, notes}: CaseSource): Omit<CaseContent, 'name'> {
  const input = walk && saidWalk(walk)
  // A walk that did not get so far makes nothing that could be called: then the example's is made.
  const isCallable = input?.given.some(({token}) => token !== undefined) === true
  const when = [...faults, ...(isCallable ? input.when : [])]
  return {
    ...(isCallable && {given: input.given}),
    ...(when.length > 0 && {when}),
    ...(isCallable && input.then && {then: input.then}),
    notes: [...notes, ...(input?.notes ?? [])],
  }
}

/** Writes a commented case that can be run as it stands. Returns its path. */
export async function newCase(options: NewCaseOptions, context: LabContext): Promise<string> {
  const {file, release, workingDirectory, force} = options
  if (release !== undefined) findRelease(release, context.releases)
  const source = await sourceOf(options, context)
  // Its ports are in use.
  const settings = {...source?.settings, portOffset: DEFAULTS.portOffset, ...(release !== undefined && {release})}
  return writeNewFile({
    path: resolve(workingDirectory, file),
    content: sampleCase({name: nameOf(file), ...asLabFile(settings), ...(source && stepsOf(source))}),
    force,
    what: 'a file',
    next: [`apim-lab case new ${file} --force (replaces it)`, `apim-lab case run ${file}`],
  })
}
