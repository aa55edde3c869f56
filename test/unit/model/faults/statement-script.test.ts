import assert from 'node:assert/strict'
import {spawnSync} from 'node:child_process'
import {statementGuardScript, statementScript} from '../../../../src/model/faults/statement-script.js'

const server = {
  client: ['mysql', "--user=it's"],
  readOnly: {option: '-e', begin: ['SET GLOBAL read_only = 1'], end: ['SET GLOBAL read_only = 0']},
} as never

describe('the scripts that make a database read-only', () => {
  for (const [what, text] of [
    ['make it', statementScript(server, 60)],
    ['guard it', statementGuardScript(server)],
  ] as const)
    it(`${what}: a shell understands them, and their words are quoted`, () => {
      const {status, stderr} = spawnSync('sh', ['-n', '-c', text], {encoding: 'utf8'})
      assert.equal(status, 0, stderr)
      assert.ok(text.includes(`'--user=it'\\''s'`), text)
      assert.ok(text.includes("'SET GLOBAL read_only = 0'"), text)
    })
})
