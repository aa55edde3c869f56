import {TABLE} from '../settings/table.js'
import type {Known} from './explain.js'
import {explainIssues, unknownKeys} from './explain.js'
import {labFileError} from './fault.js'
import type {LabFile} from './lab-file.js'
import {labFileOf} from './lab-file.js'
import {labFileSchema} from './schema.js'
import {textFaults} from './text-faults.js'
import {readYaml} from './yaml-source.js'

export type ParsedLabFile = LabFile

/**
 * The settings in the text of a lab file. Throws `lab-file-invalid` with everything that is wrong, each with file, line and
 * column. An empty file leaves everything at its default. `file` is only shown.
 */
export function parseLabFile(text: string, file: string, known: Known, table = TABLE): ParsedLabFile {
  // Some editors begin a file with a byte order mark; columns are counted without it.
  const plain = text.startsWith('\ufeff') ? text.slice(1) : text
  const unreadable = textFaults(plain)
  if (unreadable.length > 0) throw labFileError(unreadable, plain, file)
  const read = readYaml(plain)
  if ('faults' in read) throw labFileError(read.faults, plain, file)
  const {source} = read
  const checked = labFileSchema(table).safeParse(source.value ?? {})
  const faults = [...explainIssues(checked.error?.issues ?? [], source, known, table), ...unknownKeys(source, known)]
  if (!checked.success || faults.length > 0) throw labFileError(faults, plain, file)
  return labFileOf(checked.data, table)
}
