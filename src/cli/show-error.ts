import {LabError, messageOf, type NodeFailure} from '../errors.js'
import {asTyped} from './invocation.js'
import {withLab} from './next-commands.js'

/** The next commands as they can be typed here; `lab` is the one that was named by a flag. */
const typed = ({next}: LabError, lab: string | undefined) => next.map(command => asTyped(withLab(command, lab)))

/** What scripts read of an error. */
export function errorDocument(
  error: unknown,
  lab?: string,
): {error: {code: string; message: string; next: readonly string[]; nodes?: readonly NodeFailure[]}} {
  if (error instanceof LabError) {
    const {code, message, nodes} = error
    return {error: {code, message, next: typed(error, lab), ...(nodes.length > 0 && {nodes})}}
  }
  return {error: {code: 'bug', message: messageOf(error), next: []}}
}

/** An error as a person reads it: what happened, the evidence, what to type next. A stack trace only if it is our bug. */
export function errorText(error: unknown, lab?: string): string {
  if (!(error instanceof LabError)) {
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error)
    return `This is a bug in apim-lab.\n${stack}\n`
  }
  const evidence = error.evidence.map(line => `  ${line}\n`).join('')
  const next = typed(error, lab)
    .map(line => `  ${line}\n`)
    .join('')
  return `${error.message}\n${evidence}${next && `Next:\n${next}`}`
}

/** Exit status of an error. */
export function exitStatus(error: unknown): number {
  return error instanceof LabError ? error.exitStatus : 1
}
