import {join, relative} from 'node:path'
import {writeLabFile} from '../disk/new-lab-file.js'
import {sampleLabFile} from '../model/lab-file/sample.js'
import {findRelease} from '../model/releases/index.js'
import {DEFAULT_LAB} from '../model/settings.js'
import type {LabContext} from './context.js'

export interface InitOptions {
  readonly lab?: string
  readonly release?: string
  readonly workingDirectory: string
  readonly force: boolean
}

/** Writes a commented lab file into the working directory. Returns its path. */
export async function init(
  {lab = DEFAULT_LAB, release, workingDirectory, force}: InitOptions,
  {templates, releases}: Pick<LabContext, 'templates' | 'releases'>,
): Promise<string> {
  if (release !== undefined) findRelease(release, releases)
  const schema = relative(workingDirectory, join(templates, 'apim-lab.schema.json'))
  const content = sampleLabFile({
    lab,
    components: [...new Set(releases.flatMap(({components}) => components.map(({name}) => name)))],
    ...(release !== undefined && {release}),
    // A path that leads out of here would be wrong for everybody else who has the file.
    ...(!schema.startsWith('..') && {schema}),
  })
  return writeLabFile(workingDirectory, content, force)
}
