import {LabError, messageOf} from '../errors.js'
import {asTyped} from './invocation.js'

/** What scripts read of an error. */
export function errorDocument(error: unknown): {error: {code: string; message: string; next: readonly string[]}} {
  if (error instanceof LabError)
    return {error: {code: error.code, message: error.message, next: error.next.map(asTyped)}}
  return {error: {code: isUsage(error) ? 'usage-invalid' : 'bug', message: messageOf(error), next: []}}
}

/** oclif's own complaints about flags and arguments. */
export const isUsage = (error: unknown): boolean =>
  error instanceof Error && 'oclif' in error && (error as {oclif?: {exit?: number}}).oclif?.exit === 2

/** An error as a person reads it: what happened, the evidence, what to type next. A stack trace only if it is our bug. */
export function errorText(error: unknown): string {
  if (isUsage(error)) return `${messageOf(error).trimEnd()}\n`
  if (!(error instanceof LabError)) {
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error)
    return `This is a bug in apim-lab.\n${stack}\n`
  }
  const evidence = error.evidence.map(line => `  ${line}\n`).join('')
  const next = error.next.map(line => `  ${asTyped(line)}\n`).join('')
  return `${error.message}\n${evidence}${next && `Next:\n${next}`}`
}

/** Exit status of an error. */
export function exitStatus(error: unknown): number {
  if (error instanceof LabError) return error.exitStatus
  return isUsage(error) ? 2 : 1
}
