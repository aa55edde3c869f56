import {createInterface} from 'node:readline'
import {exchange} from '../http/exchange.js'
import {machineLoad} from '../http/machine-load.js'
import {failure} from '../http/outcome.js'
import {sayOverWebSocket} from '../http/web-socket.js'
import type {HelperReport, HelperRequest} from '../model/helper-protocol.js'
import {serveBackend} from './backend.js'
import {tryLogin} from './databases/login.js'
import {runQuery} from './databases/query.js'
import {marks} from './marks.js'
import {probeLink} from './link.js'
import {Volumes} from './volumes/volumes.js'
import {watch} from './watch.js'

/** The program inside the helper container: it lives as long as its standard input, so it never outlives the command. */
const report = (line: HelperReport) => process.stdout.write(`${JSON.stringify(line)}\n`)

const volumes = new Volumes()

async function handle(request: HelperRequest): Promise<void> {
  switch (request.kind) {
    case 'watch':
      return watch(request, report)
    case 'probe-link':
      return void report({kind: 'result', id: request.id, ...(await probeLink(request))})
    case 'probe-login':
      return void report({kind: 'result', id: request.id, ...(await tryLogin(request.login, request.database))})
    case 'query':
      return void report({
        kind: 'result',
        id: request.id,
        ...(await runQuery(request.login, request.database, request.query)),
      })
    case 'exchange': {
      const {id, target, request: asked, webSocket} = request
      const answer = await (webSocket ? sayOverWebSocket(target, asked) : exchange(target, asked))
      return void report({kind: 'answer', id, answer})
    }
    case 'volumes':
      return void report({kind: 'volumes', id: request.id, answer: await volumes.perform(request.task)})
    case 'load':
      return void report({kind: 'load', ...machineLoad()})
    case 'marks':
      return void report({kind: 'result', id: request.id, ok: true, detail: marks().join(' ')})
    case 'backend':
      return void report({kind: 'result', id: request.id, ok: true, detail: String(await serveBackend())})
  }
}

/** What is no request is the rest of the HTTP request that attached us, which the engine may hand on as input. */
function parse(line: string): HelperRequest | undefined {
  try {
    return JSON.parse(line) as HelperRequest
  } catch {
    return undefined
  }
}

/** A request that fails is answered; one question must not take the others' answers with it. */
async function answer(line: string): Promise<void> {
  const request = parse(line)
  if (!request) return
  try {
    await handle(request)
  } catch (error) {
    const {detail} = failure(error)
    report('id' in request ? {kind: 'result', id: request.id, ok: false, detail} : {kind: 'fault', detail})
  }
}

/** Answers what stands on standard input, a request a line, until that ends; then the process ends. */
export function run(): void {
  const lines = createInterface({input: process.stdin, crlfDelay: Infinity})
  lines.on('line', line => {
    answer(line).catch((error: unknown) => report({kind: 'fault', detail: String(error)}))
  })
  lines.on('close', () => process.exit(0))
}
