import {checkReplaceable} from './replaceable.js'
import {writeWhole} from './files.js'

/** Writes a report, whole or not at all. */
export async function writeReport(path: string, content: string): Promise<void> {
  await checkReplaceable(path)
  await writeWhole(path, content, 'containers')
}
