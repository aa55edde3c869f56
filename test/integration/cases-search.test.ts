import assert from 'node:assert/strict'
import {existsSync, readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import type {MinimizeReport} from '../../src/lab/cases/search/minimize.js'
import type {BisectReport} from '../../src/lab/cases/search/result.js'
import {NOTHING, TestLab} from './support/test-lab.js'

/** A lab of few nodes: what is found takes many runs. */
const CASE = `# Seen in production.
name: hashed
lab:
  release: mini
  analytics: false
  components:
    gateway: {replicas: 0}
    publisher: {replicas: 0}
    devportal: {replicas: 0}
when:
  # This it is.
  - config:
      on: key-manager
      set:
        oauth.hash_tokens_and_secrets: true
        oauth.token_renewal.renew_refresh_token: false
  # Somebody thought so.
  - fault: {on: traffic-manager-1, pause: true}
then:
  symptom:
    - exec:
        node: key-manager-1
        command: cat /home/wso2carbon/wso2-config-volume/repository/conf/deployment.toml
      expect: {matches: 'hash_tokens_and_secrets = true'}
  absence:
    - exec: {node: key-manager-1, command: 'true'}
`
const WITHOUT_WHEN = CASE.replace(/when:[\s\S]*then:/, 'then:').replace(
  'devportal:',
  'traffic-manager: {replicas: 0}\n    devportal:',
)
/** The second node has it. */
const OF_TWO_NODES = WITHOUT_WHEN.replace('devportal:', 'key-manager: {replicas: 2}\n    devportal:').replace(
  'node: key-manager-1\n',
  'node: key-manager-2\n',
)

const toml = (hash: boolean, renew: boolean) =>
  `[oauth]\nhash_tokens_and_secrets = ${hash}\n[oauth.token_renewal]\nrenew_refresh_token = ${renew}\n`

describe('the cause of a case', function () {
  this.timeout(600_000)
  let lab: TestLab

  before(async () => {
    lab = await TestLab.create('search')
    write('whole.yaml', CASE)
    write('bare.yaml', WITHOUT_WHEN)
    write('two.yaml', OF_TWO_NODES)
    write('good.toml', toml(false, false))
    write('bad.toml', toml(true, true))
  })
  after(() => lab.remove())
  afterEach(async () => assert.deepEqual(await lab.remains(), NOTHING))

  const write = (name: string, text: string) => writeFileSync(join(lab.workingDirectory, name), text)

  const run = (args: readonly string[]) =>
    lab.run(['case', ...args, '--port-offset', String(lab.portOffset), '--offline'])

  async function search<T>(...args: readonly string[]): Promise<T> {
    const {exitCode, stdout, stderr} = await run([...args, '--json'])
    assert.equal(exitCode, 0, `${stdout}\n${stderr}`)
    return JSON.parse(String(stdout)) as T
  }

  const CONFIG = ['--config', 'good.toml', 'bad.toml', '--on', 'key-manager']

  it('is the one key of two that differ', async () => {
    const {keys, good, bad, runs} = await search<BisectReport>('bisect', 'bare.yaml', ...CONFIG)
    assert.deepEqual(
      keys.map(({key, good: was, bad: is}) => [key, was, is]),
      [['oauth.hash_tokens_and_secrets', false, true]],
    )
    assert.deepEqual([good.verdict, bad.verdict], ['not-reproduced', 'reproduced'])
    assert.ok(runs >= 5, `${runs} runs`)
  })

  it('is the one node of two that has to have it; after Ctrl-C no run is done again, and nothing is left', async () => {
    const told = (stdout: unknown) => [...String(stdout).matchAll(/^Run (\d+), /gm)].map(([, number]) => Number(number))
    const args = ['bisect', 'two.yaml', ...CONFIG, '--nodes']
    const stopped = run(args)
    let seen = ''
    stopped.stdout!.on('data', chunk => {
      seen += String(chunk)
      if (told(seen).includes(3)) stopped.kill('SIGINT')
    })
    const {exitCode, stdout, stderr} = await stopped
    assert.equal(exitCode, 130, `${stdout}\n${stderr}`)
    assert.deepEqual(told(stdout), [1, 2, 3])
    assert.deepEqual(await lab.remains(), NOTHING)
    assert.equal(existsSync(lab.folder), false)
    const again = await run(args)
    assert.equal(again.exitCode, 0, String(again.stderr))
    assert.deepEqual(told(again.stdout), [4, 5, 6])
    assert.match(String(again.stdout), /^1 node must have the difference: key-manager-2\.$/m)
  })

  it('is what is left of it when nodes, steps, faults and keys are dropped', async () => {
    const {dropped, kept, verdict} = await search<MinimizeReport>('minimize', 'whole.yaml', '-o', 'small.yaml')
    assert.equal(verdict, 'reproduced')
    assert.deepEqual(dropped, [
      'when: oauth.token_renewal.renew_refresh_token of config key-manager: oauth.hash_tokens_and_secrets, oauth.token_renewal.renew_refresh_token',
      'when: fault traffic-manager-1: pause',
      'node: traffic-manager',
    ])
    assert.ok(kept.includes('node: key-manager'))
    const text = readFileSync(join(lab.workingDirectory, 'small.yaml'), 'utf8')
    assert.match(text, /^# Seen in production\.$/m)
    assert.match(
      text,
      /# This it is\.\n +- config:\n +on: key-manager\n +set:\n +oauth\.hash_tokens_and_secrets: true\nthen:/,
    )
    assert.match(text, /traffic-manager:\n? +\{? *replicas: 0/)
    assert.doesNotMatch(text, /Somebody thought so/)
  })
})
