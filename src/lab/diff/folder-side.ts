import {withPlaceholders} from '../../config/placeholders.js'
import {resolveConfig} from '../../config/resolve.js'
import {LabError} from '../../errors.js'
import type {ReadSet} from '../../import/read-set.js'
import type {Instance} from '../../import/source.js'
import type {Side, SideNode} from '../../model/diff/side.js'
import type {LabContext} from '../context.js'
import {readFiles} from '../import.js'
import type {FolderOperand} from './operand.js'

/** A template's expressions stand as they are written. */
function restored<T>(value: T, {templates}: ReadSet): T {
  if (typeof value === 'string') return templates.restore(value) as T
  if (Array.isArray(value)) return value.map((item: unknown) => restored(item, {templates} as ReadSet)) as T
  if (typeof value !== 'object' || value === null || value instanceof Date) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      templates.restore(key),
      restored(item as unknown, {templates} as ReadSet),
    ]),
  ) as T
}

function sideNode(name: string, {source, environment, image}: Instance, set: ReadSet): SideNode {
  const {table} = resolveConfig(source.table, set.release.config, environment ? {env: environment} : {})
  return {
    name,
    ...(image !== undefined && {image}),
    ...(environment && {environment}),
    files: [
      {
        name: 'deployment.toml',
        values: restored(withPlaceholders(table), set),
        written: restored(source.table, set),
      },
    ],
  }
}

function checkReadable(set: ReadSet, title: string): void {
  const broken = set.entries.filter(({what}) => what === 'is not valid TOML: none of it is read')
  const [first] = broken
  if (first)
    throw new LabError('file-unusable', `${title}: ${first.file}:${first.line} is not valid TOML: ${first.why}.`, {
      next: [`apim-lab lint ${title}`],
    })
}

/** Configuration files as nodes: by the components that they are of; else each by its own path. Throws `file-unusable`. */
export async function folderSide(
  {title, path}: FolderOperand,
  {workingDirectory, release}: {readonly workingDirectory: string; readonly release?: string},
  context: Pick<LabContext, 'releases'>,
): Promise<Side> {
  const set = await readFiles({paths: [path], workingDirectory, ...(release !== undefined && {release})}, context)
  checkReadable(set, title)
  const known = set.planned.flatMap(({nodes}) => nodes)
  const read = known.flatMap(({name, instance}) => (instance ? [{name, instance}] : []))
  const others = set.unknown.map(instance => ({name: instance.source.file, instance}))
  const all = [...read, ...others]
  if (all.length === 0)
    throw new LabError('file-unusable', `There is no deployment.toml in ${title}.`, {
      next: ['apim-lab diff --help', `apim-lab lint ${title}`],
    })
  return {
    title: `${title} (${[...new Set(all.map(({instance}) => instance.source.file))].length} files)`,
    release: set.release.name,
    nodes: all.map(({name, instance}) => sideNode(name, instance, set)),
    notes: [
      `${title} is read as ${set.release.name} (${set.why})`,
      ...(others.length > 0
        ? [`nothing tells which component these are of: ${others.map(({name}) => name).join(', ')}`]
        : []),
    ],
  }
}
