import {ignoreRelativeBaseFolders} from './base-folders.js'
import {watchOutput} from './output.js'

/** What must hold before a command is looked for. */
export function prepare(): void {
  ignoreRelativeBaseFolders(process.env)
  // Colours of help: a file more that may be damaged, read at every start.
  process.env['APIM_LAB_DISABLE_THEME'] = '1'
  watchOutput()
}
