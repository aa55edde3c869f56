import {basename, resolve} from 'node:path'
import {writeNewFile} from '../../disk/new-lab-file.js'
import {LabError} from '../../errors.js'
import {sampleCase} from '../../model/cases/sample-case.js'
import {saidAgain} from '../../model/lab-file/said-again.js'
import {findRelease} from '../../model/releases/index.js'
import {DEFAULTS} from '../../model/settings.js'
import type {LabContext} from '../context.js'
import {keptSettings} from '../resolve/load-settings.js'

export interface NewCaseOptions {
  readonly file: string
  readonly release?: string
  /** A lab whose settings and overlays the case shall have. */
  readonly fromLab?: string
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

/** Writes a commented case that can be run as it stands. Returns its path. */
export async function newCase(options: NewCaseOptions, {data, releases}: LabContext): Promise<string> {
  const {file, release, fromLab, workingDirectory, force} = options
  if (release !== undefined) findRelease(release, releases)
  const kept = fromLab === undefined ? {} : await keptSettings(data.lab(fromLab))
  if (fromLab !== undefined && kept.release === undefined)
    throw new LabError('lab-not-found', `There is no lab ${fromLab}.`, {next: ['apim-lab up', 'apim-lab case new']})
  // Its ports are in use.
  const settings = {...kept, portOffset: DEFAULTS.portOffset, ...(release !== undefined && {release})}
  const {lab, files} = saidAgain(settings)
  return writeNewFile({
    path: resolve(workingDirectory, file),
    content: sampleCase(nameOf(file), lab, files),
    force,
    what: 'a file',
    next: [`apim-lab case new ${file} --force (replaces it)`, `apim-lab case run ${file}`],
  })
}
