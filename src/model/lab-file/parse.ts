import {TABLE} from '../settings/table.js'
import type {Known} from './explain.js'
import {explainIssues, labFileKeys, unknownKeys} from './explain.js'
import {sourceError} from './fault.js'
import type {LabFile} from './lab-file.js'
import {labFileOf} from './lab-file.js'
import {labFileSchema} from './schema.js'
import {readSource} from './yaml-source.js'

export type ParsedLabFile = LabFile

/**
 * The settings in the text of a lab file. Throws `lab-file-invalid` with everything that is wrong, each with file, line and
 * column. An empty file leaves everything at its default. `file` is only shown.
 */
export function parseLabFile(text: string, file: string, known: Known, table = TABLE): ParsedLabFile {
  const {source, plain} = readSource(text, file)
  const checked = labFileSchema(table).safeParse(source.value ?? {})
  const faults = [
    ...explainIssues(checked.error?.issues ?? [], source, labFileKeys(known, table)),
    ...unknownKeys(source, known),
  ]
  if (!checked.success || faults.length > 0) throw sourceError(faults, plain, file)
  return labFileOf(checked.data, table)
}
