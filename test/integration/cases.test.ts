import assert from 'node:assert/strict'
import {readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import type {CaseReport} from '../../src/lab/cases/result.js'
import type {ListedCase} from '../../src/lab/cases/list.js'
import {ROOT} from '../support/lab.js'
import {NOTHING, TestLab} from './support/test-lab.js'

/** Those that are quick, and each of another kind; SWEEP=all has all that were ever run. */
const QUICK = ['environment-missing', 'revoked-stays-good', 'early-throttling']

const LIBRARY = join(ROOT, 'cases')

const INCONCLUSIVE = `name: nobody
lab: {release: mini, analytics: false}
when:
  - call: {path: /nothing}
    expect: {status: 200}
then:
  symptom: [{call: {path: /nothing}, expect: {status: 404}}]
`

describe('cases', function () {
  this.timeout(600_000)
  let lab: TestLab

  before(async () => void (lab = await TestLab.create('case')))
  after(() => lab.remove())
  afterEach(async () => assert.deepEqual(await lab.remains(), NOTHING))

  const run = (...args: readonly string[]) =>
    lab.run(['case', 'run', ...args, '--port-offset', String(lab.portOffset), '--offline'])

  async function report(status: number, ...args: readonly string[]): Promise<CaseReport> {
    const {exitCode, stdout, stderr} = await run(...args, '--json')
    assert.equal(exitCode, status, `${stdout}\n${stderr}`)
    return JSON.parse(String(stdout)) as CaseReport
  }

  /** A case of the library, changed, as a file of its own. */
  function changed(name: string, change: (text: string) => string): string {
    const text = readFileSync(join(LIBRARY, `${name}.yaml`), 'utf8')
    const other = change(text)
    assert.notEqual(other, text)
    const file = join(lab.workingDirectory, `${name}.yaml`)
    writeFileSync(file, other)
    return file
  }

  it('of the library are reproduced, with evidence and without secrets', async () => {
    const listed = await lab.json<readonly ListedCase[]>('case', 'list')
    const ran = listed.filter(({neverRun}) => neverRun === undefined).map(({name}) => name)
    assert.ok(ran.length >= 5 && listed.length >= 12, ran.join())
    for (const name of process.env['SWEEP'] === 'all' ? ran : QUICK) {
      // A quota's minute may turn over in the middle of a run.
      const {verdict, runs, release} = await report(0, name, '--until', 'reproduced', '--times', '3')
      assert.deepEqual([name, verdict, release], [name, 'reproduced', 'mini'])
      const {steps} = runs.at(-1)!
      assert.ok(steps.filter(({phase}) => phase === 'symptom').every(({ok, evidence}) => ok && evidence.length > 0))
      assert.doesNotMatch(JSON.stringify(steps), /eyJ[\w-]+\./, 'a token')
      assert.deepEqual(await lab.remains(), NOTHING)
    }
  })

  it('without what leads to the bug are not reproduced: by what shows its absence, each run from the same state', async () => {
    const file = changed('subscription-unheard', text => text.replace(/^ {2}- fault: .*\n/m, ''))
    const junit = join(lab.workingDirectory, 'cases.xml')
    const {verdict, rate, runs} = await report(1, file, '--times', '2', '--junit', junit)
    assert.equal(verdict, 'not-reproduced')
    assert.deepEqual([rate.hits, rate.runs, runs.length], [0, 2, 2])
    assert.ok(rate.high > 0.5, 'two runs say little')
    // Names are taken where the state is not that of before: the application could not be made twice.
    assert.ok(runs.every(({steps}) => steps.some(({phase, ok}) => phase === 'absence' && ok)))
    assert.match(readFileSync(junit, 'utf8'), /tests="2" failures="2"/)
  })

  it('say nothing where a step fails that leads there, and the lab stays for whoever wants to look', async () => {
    const file = join(lab.workingDirectory, 'nobody.yaml')
    writeFileSync(file, INCONCLUSIVE)
    const {verdict, reason, kept} = await report(3, file, '--keep')
    assert.deepEqual([verdict, kept], ['inconclusive', true])
    assert.match(reason, /`when` could not be done: call GET \/nothing: expected status 200, got 404/)
    const again = await run(file)
    assert.equal(again.exitCode, 1)
    assert.match(String(again.stderr), /Lab t-case is there already/)
    assert.equal((await lab.run(['down', '--volumes'])).exitCode, 0)
  })

  it('in a pack are run only when that was agreed to', async () => {
    const file = changed('environment-missing', text =>
      text.replace(
        'when:\n',
        'when:\n  - exec: {node: gateway-1, command: hostname}\n    expect: {matches: gateway-1}\n',
      ),
    )
    const pack = join(lab.workingDirectory, 'missing.case.tar.zst')
    assert.equal((await lab.run(['case', 'pack', file, '-o', pack])).exitCode, 0)
    const refused = await run(pack)
    assert.equal(refused.exitCode, 1)
    assert.match(String(refused.stderr), /somebody else's[^]*command in gateway-1: hostname[^]*--trust/)
    const {verdict} = await report(0, pack, '--trust')
    assert.equal(verdict, 'reproduced')
  })
})
