import {delimiter, join} from 'node:path'
import {isExecutable} from '../disk/system-facts.js'

let onPath: boolean | undefined

/** A command of ours as it can be typed here: bare where `apim-lab` is on PATH, else through npx. */
export function asTyped(command: string): string {
  if (!command.startsWith('apim-lab ')) return command
  onPath ??= (process.env['PATH'] ?? '')
    .split(delimiter)
    .some(folder => folder !== '' && isExecutable(join(folder, 'apim-lab')))
  return onPath ? command : `npx ${command}`
}
