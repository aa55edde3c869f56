import {readFile} from 'node:fs/promises'
import {createInterface} from 'node:readline'
import type {HelperReport, HelperRequest} from '../model/helper-protocol.js'
import {probeLink} from './link.js'
import {tryLogin} from './mysql.js'
import {watch} from './watch.js'

/** The program inside the helper container: it lives as long as its standard input, so it never outlives the command. */
const report = (line: HelperReport) => process.stdout.write(`${JSON.stringify(line)}\n`)

async function handle(request: HelperRequest): Promise<void> {
  switch (request.kind) {
    case 'read-nonce':
      return void report({kind: 'nonce', content: await readFile(request.path, 'utf8').catch(() => null)})
    case 'watch':
      return watch(request, report)
    case 'probe-link':
      return void report({kind: 'result', id: request.id, ...(await probeLink(request))})
    case 'probe-login':
      return void report({kind: 'result', id: request.id, ...(await tryLogin(request.login, request.database))})
  }
}

const lines = createInterface({input: process.stdin, crlfDelay: Infinity})
lines.on('line', line => {
  Promise.resolve()
    .then(() => handle(JSON.parse(line) as HelperRequest))
    .catch((error: unknown) => report({kind: 'fault', detail: error instanceof Error ? error.message : String(error)}))
})
lines.on('close', () => process.exit(0))
