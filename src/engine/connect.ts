import type Docker from 'dockerode'
import {LabError} from '../errors.js'
import {machineLoad} from '../http/machine-load.js'
import {loadRemark, underLoad} from '../model/load.js'
import {type Candidate, type DiscoveryInput, candidates} from './discovery.js'
import {openDocker} from './docker.js'
import {codeOf, statusOf} from './engine-errors.js'
import {ping} from './ping.js'

/** The oldest API that we use: what Docker 20.10 speaks. */
export const API_NEEDED = '1.41'

const DEADLINE_MS = 3000

/** An engine that answered. */
export interface Connection {
  readonly docker: Docker
  readonly socket: string
  /** Why this one, as it can be shown. */
  readonly source: string
  readonly apiVersion: string
  readonly engineName: string
  readonly engineVersion: string
}

type State = 'absent' | 'dead' | 'forbidden' | 'silent' | 'failed'
type Attempt = Candidate & {readonly state: State; readonly detail: string; readonly cause: unknown}

/** Finds the engine that is meant and asks whether it is there, lets us in and is new enough. */
export async function connect(
  input: DiscoveryInput,
  deadlineMs = underLoad(DEADLINE_MS, machineLoad()),
): Promise<Connection> {
  const attempts: Attempt[] = []
  for (const candidate of candidates(input)) {
    try {
      return await open(candidate, deadlineMs)
    } catch (error) {
      if (error instanceof LabError) throw error
      attempts.push({...candidate, ...failure(error, deadlineMs), cause: error})
    }
  }
  throw nothingAnswers(attempts, input)
}

async function open({socket, source}: Candidate, deadlineMs: number): Promise<Connection> {
  const {apiVersion, engineName, engineVersion} = await ping(socket, AbortSignal.timeout(deadlineMs))
  if (olderThan(apiVersion, API_NEEDED)) {
    throw new LabError(
      'engine-too-old',
      `${engineName} ${engineVersion} at ${socket} speaks API ${apiVersion}; ${API_NEEDED} or newer is needed (Docker 20.10).`,
      {next: ['docker version', 'bin/setup']},
    )
  }
  // Newer APIs change defaults, so the same two are used everywhere; Docker 29 no longer speaks those before 1.44.
  const pinned = olderThan(apiVersion, '1.44') ? API_NEEDED : '1.44'
  return {docker: openDocker(socket, pinned), socket, source, apiVersion, engineName, engineVersion}
}

function olderThan(version: string, needed: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const [neededMajor = 0, neededMinor = 0] = needed.split('.').map(Number)
  return major < neededMajor || (major === neededMajor && minor < neededMinor)
}

function failure(error: unknown, deadlineMs: number): {state: State; detail: string} {
  const code = codeOf(error)
  if (code === 'ENOENT' || code === 'ENOTDIR') return {state: 'absent', detail: 'is not there'}
  if (code === 'EACCES' || code === 'EPERM') return {state: 'forbidden', detail: 'may not be opened by this user'}
  if (code === 'ECONNREFUSED') return {state: 'dead', detail: 'is there, but nothing listens on it'}
  if (error instanceof Error && error.name === 'AbortError') {
    return {state: 'silent', detail: `did not answer within ${deadlineMs / 1000} s${loadRemark(machineLoad())}`}
  }
  return {state: 'failed', detail: `answered, but not as an engine does (${statusOf(error) ?? code ?? String(error)})`}
}

const described = ({socket, source, detail}: Attempt) => `${socket} (${source}) ${detail}`

function nothingAnswers(attempts: readonly Attempt[], input: DiscoveryInput): LabError {
  const evidence = attempts.length === 1 ? [] : attempts.map(described)
  const forbidden = attempts.find(({state}) => state === 'forbidden')
  if (forbidden) {
    return new LabError(
      'engine-forbidden',
      `This user has no permission to use the Docker engine at ${forbidden.socket}.`,
      {
        next: ['sudo usermod -aG docker "$USER" && newgrp docker', 'sudo apim-lab up'],
        evidence,
        cause: forbidden.cause,
      },
    )
  }
  const present = attempts.find(({state}) => state !== 'absent')
  const message = present
    ? `No Docker engine answers: ${present.socket} (${present.source}) ${present.detail}.`
    : `No Docker engine was found: ${attempts.length === 1 ? described(attempts[0]!) : 'none of the usual sockets is there'}.`
  return new LabError('engine-unreachable', message, {
    next: startCommands(input),
    evidence,
    cause: (present ?? attempts[0])?.cause,
  })
}

function startCommands({platform, env, uid}: DiscoveryInput): string[] {
  const other = env['DOCKER_HOST'] ? ['unset DOCKER_HOST'] : []
  if (platform === 'darwin') return [...other, 'open -a Docker']
  return [...other, 'bin/setup', `${uid === 0 ? '' : 'sudo '}systemctl start docker`]
}
