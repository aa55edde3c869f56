import assert from 'node:assert/strict'
import {fileURLToPath} from 'node:url'
import {execa} from 'execa'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Each tool as a contributor would run it; its own output is the failure's message. */
const CHECKS = {
  types: ['tsc', '--noEmit'],
  lint: ['eslint', '--max-warnings', '0', '.'],
  format: ['prettier', '--check', '--log-level', 'warn', '.'],
}

describe('the source', function () {
  this.timeout(180_000)
  for (const [name, [command = '', ...args]] of Object.entries(CHECKS))
    it(`passes ${name}`, async () => {
      const {all, exitCode} = await execa(command, args, {cwd: root, preferLocal: true, all: true, reject: false})
      assert.equal(exitCode, 0, all)
    })
})
