import assert from 'node:assert/strict'
import type Docker from 'dockerode'
import {LabError} from '../../../src/errors.js'
import type {ContainerEnds} from '../../../src/engine/events.js'
import type {HelperSession} from '../../../src/engine/helper-session.js'
import {Readiness} from '../../../src/engine/readiness.js'
import type {HelperReport, HelperRequest} from '../../../src/model/helper-protocol.js'

interface FakeState {
  Running: boolean
  ExitCode: number
  OOMKilled: boolean
}

const RUNS: FakeState = {Running: true, ExitCode: 0, OOMKilled: false}

/** Nodes whose containers are in these states, and a helper that says of none that it is ready. */
function waiting(states: Record<string, FakeState>, {load = 0, deadlineSeconds = 0.2, isFixed = false} = {}) {
  const docker = {
    getContainer: (id: string) => ({
      inspect: () =>
        Promise.resolve({
          State: {Status: states[id]!.Running ? 'running' : 'exited', ...states[id]},
          HostConfig: {Memory: 192 * 1024 * 1024},
          Config: {Labels: {'apim-lab.component': 'gateway'}},
        }),
      logs: () => Promise.reject(new Error('none')),
    }),
  } as unknown as Docker
  const never = (signal: AbortSignal) =>
    new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)))
  const listeners = new Set<(report: HelperReport) => void>()
  const helper = {
    receive: <T>(pick: (report: HelperReport) => T | undefined, signal: AbortSignal) =>
      new Promise<T>((resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason as Error))
        listeners.add(report => {
          const picked = pick(report)
          if (picked !== undefined) resolve(picked)
        })
      }),
    send: (request: HelperRequest) => {
      const report: HelperReport | undefined =
        request.kind === 'load'
          ? {kind: 'load', average: load, cpus: 2}
          : request.kind === 'watch'
            ? {kind: 'state', node: request.node, ready: false, probe: 'port 1 accepts', detail: 'connection refused'}
            : undefined
      if (report) setImmediate(() => listeners.forEach(listener => listener(report)))
    },
    close: () => Promise.resolve(),
  } as unknown as HelperSession
  const readiness = new Readiness({
    docker,
    ends: {next: (_: string, signal: AbortSignal) => never(signal), close: () => undefined} as ContainerEnds,
    targets: new Map(
      Object.keys(states).map(node => [node, {probes: [], deadlineSeconds, isFixed, networks: ['lab']}]),
    ),
    openHelper: () => Promise.resolve(helper),
    onEvent: () => undefined,
  })
  const over = new AbortController()
  const begun = Date.now()
  return async (): Promise<{error: LabError; ms: number}> => {
    const waits = Object.keys(states).map(node => readiness.waitReady(node, node, over.signal))
    const first = await Promise.race(waits.map(wait => wait.then(() => undefined).catch((error: unknown) => error)))
    const ms = Date.now() - begun
    over.abort()
    await Promise.allSettled(waits)
    assert.ok(first instanceof LabError, String(first))
    return {error: first, ms}
  }
}

describe('waiting for nodes', () => {
  it('at the deadline names all that are not ready', async () => {
    const {error} = await waiting({'gateway-1': RUNS, 'gateway-2': RUNS})()
    assert.equal(error.code, 'node-not-ready')
    assert.match(
      error.message,
      /^2 nodes did not come up: gateway-1 did not .*refused\); gateway-2 did not .*refused\)\.$/,
    )
    assert.deepEqual(
      error.nodes.map(({node, state}) => [node, state]),
      [
        ['gateway-1', 'not-ready'],
        ['gateway-2', 'not-ready'],
      ],
    )
  })

  it('names every node that has ended with the one that ended first, and none that only starts', async () => {
    const killed = {Running: false, ExitCode: 137, OOMKilled: true}
    const ended = {Running: false, ExitCode: 1, OOMKilled: false}
    const {error} = await waiting({'gateway-1': RUNS, 'gateway-2': killed, 'gateway-3': ended}, {deadlineSeconds: 60})()
    assert.equal(error.code, 'node-exited')
    assert.match(error.message, /^2 nodes did not come up: gateway-2 exited with code 137 \(SIGKILL\), out of memory/)
    assert.match(error.message, /; gateway-3 exited with code 1\.$/)
    assert.match(error.next[0]!, /^apim-lab logs gateway-2 gateway-3$/)
  })

  it('takes longer on a machine that is busy, and says so', async () => {
    const {error, ms} = await waiting({'gateway-1': RUNS}, {load: 68})()
    assert.ok(ms >= 790, `${ms} ms`)
    assert.match(error.message, /\(load 68 on 2 cores\)\.$/)
  })

  it('takes as long as the user said, however busy it is', async () => {
    const {error, ms} = await waiting({'gateway-1': RUNS}, {load: 68, isFixed: true})()
    assert.ok(ms < 790, `${ms} ms`)
    assert.match(error.message, /load 68 on 2 cores/)
  })
})
