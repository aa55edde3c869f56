import assert from 'node:assert/strict'
import {join} from 'node:path'
import {execa, type Options, type ResultPromise} from 'execa'
import {ROOT} from './lab.js'

export interface CommandOptions extends Options {
  /** Where the program stands. */
  readonly root?: string
}

/** Runs the built program as a user would. Never throws for an exit status. */
export function apimLab(args: readonly string[], {root = ROOT, ...options}: CommandOptions = {}) {
  return execa(process.execPath, [join(root, 'bin/run.js'), ...args], {
    reject: false,
    timeout: 60_000,
    killSignal: 'SIGKILL',
    ...options,
    env: {NO_COLOR: '1', ...options.env},
  }) as ResultPromise<{reject: false}>
}

/** What a user is to see when a command can't be carried out. */
export interface Complaint {
  readonly exit: number
  readonly code: string
  readonly message: RegExp
  /** One of the next commands; none are expected without it. */
  readonly next?: RegExp
  /** In what stands below the message. */
  readonly evidence?: RegExp
}

interface Ended {
  readonly exitCode?: number | undefined
  readonly stdout?: unknown
  readonly stderr?: unknown
}

/** The text of an error: message, evidence and next commands on stderr, no stack trace. */
export function assertComplaint({exitCode, stderr}: Ended, {exit, message, next, evidence}: Complaint): void {
  const text = String(stderr)
  assert.match(text, message)
  assert.equal(exitCode, exit, text)
  assert.doesNotMatch(text, /This is a bug|\n\s+at .+:\d+/)
  if (evidence) assert.match(text, evidence)
  if (next) assert.match(text.slice(text.lastIndexOf('Next:\n')), next)
}

/** The same as JSON: one document on stdout, and nothing else there. */
export function assertComplaintJson({exitCode, stdout}: Ended, {exit, code, message, next}: Complaint): void {
  assert.equal(exitCode, exit, String(stdout))
  const {error, ...others} = JSON.parse(String(stdout)) as {error: {code: string; message: string; next: string[]}}
  assert.deepEqual(others, {})
  // An error about nodes lists them too.
  assert.deepEqual(
    Object.keys(error).filter(key => key !== 'nodes'),
    ['code', 'message', 'next'],
  )
  assert.equal(error.code, code, error.message)
  assert.match(error.message, message)
  if (next) assert.match(error.next.join('\n'), next)
}
