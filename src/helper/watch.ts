import {connect} from 'node:net'
import {get} from 'node:http'
import {setTimeout} from 'node:timers/promises'
import {POLL_MS, type DatabaseLogin, type HelperReport, type HelperRequest} from '../model/helper-protocol.js'
import {describeProbe, type Probe} from '../model/probe.js'
import {schemaMarker} from './databases/login.js'
import {broken, failure, NoAnswer, ok, type Outcome} from '../http/outcome.js'
import {nameMs} from '../http/time-limits.js'
import {lookupWithin} from '../names/lookup.js'

const ANSWER_MS = 2000
const BODY_BYTES = 4096
const lookup = lookupWithin(nameMs(ANSWER_MS))

const http = (host: string, port: number, path: string, status: number) =>
  new Promise<Outcome>(resolve => {
    const request = get({host, port, path, lookup, timeout: ANSWER_MS, agent: false}, response => {
      let body = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => {
        if (body.length < BODY_BYTES) body += chunk
      })
      response.on('end', () =>
        resolve(
          response.statusCode === status ? ok('answers') : broken(`status ${response.statusCode}${waitingFor(body)}`),
        ),
      )
      response.on('error', error => resolve(failure(error)))
    })
    request.on('timeout', () => request.destroy(new NoAnswer(ANSWER_MS)))
    request.on('error', error => resolve(failure(error)))
  })

/** A node that says what it is waiting for is quoted. */
function waitingFor(body: string): string {
  try {
    const {waitingFor: reasons} = JSON.parse(body) as {waitingFor?: unknown}
    if (!Array.isArray(reasons) || reasons.length === 0) return ''
    return `, waiting for ${reasons[0]}${reasons.length > 1 ? ` and ${reasons.length - 1} more` : ''}`
  } catch {
    return ''
  }
}

const tcp = (host: string, port: number) =>
  new Promise<Outcome>(resolve => {
    const socket = connect({host, port, lookup, timeout: ANSWER_MS})
    const finish = (outcome: Outcome) => {
      socket.destroy()
      resolve(outcome)
    }
    socket.on('connect', () => finish(ok('accepts')))
    socket.on('timeout', () => finish(failure(new NoAnswer(ANSWER_MS))))
    socket.on('error', error => finish(failure(error)))
  })

function ask(host: string, probe: Probe, login: DatabaseLogin | undefined): Promise<Outcome> {
  switch (probe.kind) {
    case 'http':
      return http(host, probe.port, probe.path, probe.status)
    case 'tcp':
      return tcp(host, probe.port)
    case 'schema-marker':
      return login ? schemaMarker(login) : Promise.resolve(broken('no account to ask with'))
  }
}

/** Asks a node until all of its probes pass in one round; reports whenever what it sees changes. */
export async function watch(
  {node, probes, login}: Extract<HelperRequest, {kind: 'watch'}>,
  report: (line: HelperReport) => void,
): Promise<void> {
  let last = ''
  for (;;) {
    const outcomes = await Promise.all(probes.map(async probe => ({probe, ...(await ask(node, probe, login))})))
    const failed = outcomes.find(outcome => !outcome.ok)
    if (!failed) return report({kind: 'state', node, ready: true, probe: '', detail: 'ready'})
    const line = {kind: 'state', node, ready: false, probe: describeProbe(failed.probe), detail: failed.detail} as const
    const text = JSON.stringify(line)
    if (text !== last) report(line)
    last = text
    await setTimeout(POLL_MS)
  }
}
