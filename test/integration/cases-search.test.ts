import assert from 'node:assert/strict'
import {readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import type {MinimizeReport} from '../../src/lab/cases/search/minimize.js'
import type {BisectReport} from '../../src/lab/cases/search/result.js'
import {NOTHING, TestLab} from './support/test-lab.js'

/** A lab of one node: what is found takes many runs. */
const CASE = `# Seen in production.
name: hashed
lab:
  release: mini
  analytics: false
  components:
    gateway: {replicas: 0}
    publisher: {replicas: 0}
    devportal: {replicas: 0}
    traffic-manager: {replicas: 0}
when:
  # Somebody thought so.
  - exec: {node: key-manager-1, command: 'true'}
  # This it is.
  - config: {on: key-manager, set: {oauth.hash_tokens_and_secrets: true}}
then:
  symptom:
    - exec:
        node: key-manager-1
        command: cat /home/wso2carbon/wso2-config-volume/repository/conf/deployment.toml
      expect: {matches: 'hash_tokens_and_secrets = true'}
  absence:
    - exec: {node: key-manager-1, command: 'true'}
`

const toml = (hash: boolean, renew: boolean) =>
  `[oauth]\nhash_tokens_and_secrets = ${hash}\n[oauth.token_renewal]\nrenew_refresh_token = ${renew}\n`

describe('the cause of a case', function () {
  this.timeout(600_000)
  let lab: TestLab

  before(async () => {
    lab = await TestLab.create('search')
    write('whole.yaml', CASE)
    write('bare.yaml', CASE.replace(/when:[\s\S]*then:/, 'then:'))
    write('good.toml', toml(false, false))
    write('bad.toml', toml(true, true))
  })
  after(() => lab.remove())
  afterEach(async () => assert.deepEqual(await lab.remains(), NOTHING))

  const write = (name: string, text: string) => writeFileSync(join(lab.workingDirectory, name), text)

  async function search<T>(...args: readonly string[]): Promise<T> {
    const where = ['--port-offset', String(lab.portOffset), '--offline', '--json']
    const {exitCode, stdout, stderr} = await lab.run(['case', ...args, ...where])
    assert.equal(exitCode, 0, `${stdout}\n${stderr}`)
    return JSON.parse(String(stdout)) as T
  }

  it('is the one key of two that differ', async () => {
    const config = ['--config', 'good.toml', 'bad.toml', '--on', 'key-manager']
    const {keys, good, bad, runs} = await search<BisectReport>('bisect', 'bare.yaml', ...config)
    assert.deepEqual(
      keys.map(({key, good: was, bad: is}) => [key, was, is]),
      [['oauth.hash_tokens_and_secrets', false, true]],
    )
    assert.deepEqual([good.verdict, bad.verdict], ['not-reproduced', 'reproduced'])
    assert.ok(runs >= 5, `${runs} runs`)
  })

  it('is what is left of it when all else is dropped', async () => {
    const {dropped, kept, verdict} = await search<MinimizeReport>('minimize', 'whole.yaml', '-o', 'small.yaml')
    assert.equal(verdict, 'reproduced')
    assert.deepEqual(dropped, ['when: exec key-manager-1: true'])
    assert.ok(kept.includes('when: config key-manager: oauth.hash_tokens_and_secrets'))
    const text = readFileSync(join(lab.workingDirectory, 'small.yaml'), 'utf8')
    assert.match(text, /^# Seen in production\.$/m)
    assert.match(text, /# This it is\./)
    assert.doesNotMatch(text, /Somebody thought so/)
  })
})
