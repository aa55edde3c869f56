import assert from 'node:assert/strict'
import {readFileSync, statSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import type {TimelineEvent} from '../../src/lab-events/timeline.js'
import type {CaseReport, ReleasesReport} from '../../src/lab/cases/result.js'
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

/** What the lab of before was asked is what this one begins with; the fault is that of the capture. */
const FROM_SNAPSHOT = `name: from-snapshot
lab: {snapshot: lab.tar.zst}
given:
  - call: {path: /nothing}
    expect: {status: 404}
when:
  - call: {path: /nothing, token: very-secret-token}
  - traffic: {path: /nothing, rate: 5, for: 1s}
    expect: {counts: {404: 5}}
then:
  symptom: [{sql: {database: shareddb, query: 'SELECT COUNT(*) FROM case_test'}, expect: {rows: '1'}}]
  absence: [{sql: {database: shareddb, query: 'SELECT COUNT(*) FROM case_test'}, expect: {rows: '0'}}]
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
    await begin()
    assert.equal((await lab.run(['down', '--volumes'])).exitCode, 0)
    assert.equal((await lab.run(['snapshot', 'delete', 'begin'])).exitCode, 0)
  })

  /** Of the lab that stays: a snapshot's file with a row, and a capture with a fault. */
  async function begin(): Promise<void> {
    const done = async (...args: readonly string[]) => {
      const {exitCode, stdout, stderr} = await lab.run(args)
      assert.equal(exitCode, 0, String(stderr))
      return String(stdout)
    }
    const input = 'USE shareddb; CREATE TABLE case_test (id INT PRIMARY KEY); INSERT INTO case_test VALUES (1);'
    assert.equal((await lab.run(['exec', 'mysql'], {input})).exitCode, 0)
    await done('snapshot', 'save', 'begin')
    await done('snapshot', 'export', 'begin', join(lab.workingDirectory, 'lab.tar.zst'))
    await done('fault', 'add', 'gateway-1->key-manager-1:9443', '--delay', '300')
    const capture = join(lab.workingDirectory, 'report.zip')
    await done('capture', '--output', capture)
    const made = join(lab.workingDirectory, 'made.yaml')
    await done('case', 'new', made, '--from', capture)
    const text = readFileSync(made, 'utf8')
    assert.match(text, /release: mini\n {2}analytics: false/)
    assert.match(text, /- fault:\n {6}on: gateway-1->key-manager-1:9443\n {6}delay: "300"/)
    await done('case', 'check', made)
    const events = (await done('timeline', '--json')).split('\n').filter(line => line !== '')
    const steps = events.map(line => JSON.parse(line) as TimelineEvent).filter(({kind}) => kind === 'step')
    assert.deepEqual(
      steps.map(({lane, text: said, level}) => [lane, said.split(',')[0], level]),
      [['lab', 'when: call GET /nothing: HTTP 404', 'error']],
    )
  }

  it('begin from a snapshot, here and from a pack with its images, each run in the state of the snapshot', async () => {
    const folder = lab.workingDirectory
    const file = join(folder, 'from-snapshot.yaml')
    writeFileSync(file, FROM_SNAPSHOT)
    assert.match(String((await lab.run(['case', 'check', file])).stdout), /no mistakes in 5 steps, for release mini/)
    const pack = join(folder, 'from-snapshot.case.tar.zst')
    const packed = await lab.json<{packedImages: readonly string[]; secrets: boolean}>(
      ...['case', 'pack', file, '--images', '-o', pack],
    )
    assert.ok(packed.packedImages.length >= 3 && packed.secrets)
    assert.equal(statSync(pack).mode & 0o777, 0o600)
    const shown = await lab.run(['case', 'check', pack])
    assert.match(
      String(shown.stdout),
      /snapshot lab.tar.zst: databases[^]*image that it brings: sha256:[^]*SQL in shareddb/,
    )
    const {verdict, runs} = await report(0, pack, '--trust', '--times', '2', '--keep')
    assert.deepEqual([verdict, runs.length], ['reproduced', 2])
    const {stdout} = await lab.run(['timeline', '--json'])
    const events = String(stdout)
      .split('\n')
      .filter(line => line !== '')
      .map(line => JSON.parse(line) as TimelineEvent)
    const count = (kind: string) => events.filter(event => event.kind === kind).length
    assert.deepEqual(['step', 'traffic', 'call', 'case'].map(count), [5, 2, 5, 4])
    assert.doesNotMatch(String(stdout), /very-secret-token/)
    assert.equal((await lab.run(['down', '--volumes'])).exitCode, 0)
    const {snapshots} = await lab.json<{snapshots: readonly {name: string}[]}>('snapshot', 'list')
    assert.deepEqual(snapshots, [], 'what the runs began with goes with them, also with --keep')
  })

  it('in a pack are run only when that was agreed to', async () => {
    const file = changed('environment-missing', text =>
      text
        .replace('release: mini', 'release: [mini, 3.2.0]')
        .replace(
          'when:\n',
          'when:\n  - exec: {node: gateway-1, command: hostname}\n    expect: {matches: gateway-1}\n',
        ),
    )
    const pack = join(lab.workingDirectory, 'missing.case.tar.zst')
    assert.equal((await lab.run(['case', 'pack', file, '-o', pack])).exitCode, 0)
    const refused = await run(pack)
    assert.equal(refused.exitCode, 1)
    assert.match(String(refused.stderr), /somebody else's[^]*command in gateway-1: hostname[^]*--trust/)
    // No engine of a test has the images of the product: that release says nothing, and the other one is run.
    const {exitCode, stdout, stderr} = await run(pack, '--trust', '--json')
    assert.equal(exitCode, 3, String(stderr))
    const {asExpected, releases} = JSON.parse(String(stdout)) as ReleasesReport
    assert.deepEqual(
      [asExpected, ...releases.map(({release, verdict}) => [release, verdict])],
      [false, ['mini', 'reproduced'], ['3.2.0', 'inconclusive']],
    )
  })
})
