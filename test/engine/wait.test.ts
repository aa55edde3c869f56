import assert from 'node:assert/strict'
import {setTimeout as delay} from 'node:timers/promises'
import type {WaitResult} from '../../src/lab/wait/wait-for.js'
import {LABELS} from '../../src/model/labels.js'
import {assertComplaint, assertComplaintJson, type Complaint} from '../support/command-line.js'
import {eventually} from '../support/eventually.js'
import {end, print, start} from './stub/life.js'
import {prepareLab, type PreparedLab, type SweepLab} from './support/sweep-lab.js'

/** Those that a wait begins with: later ones repeat them. */
const MOST_REQUESTS = 20
const FAULTS = ['500', 'hang-up', 'half'] as const
const USAGE = {exit: 2, code: 'usage-invalid'} as const

describe('waiting', function () {
  this.timeout(300_000)
  let prepared: PreparedLab
  let lab: SweepLab

  before(async () => {
    prepared = await prepareLab('wait', 13_000)
    lab = prepared.lab
  })
  after(() => prepared.close())
  beforeEach(() => lab.begin('down'))
  afterEach(() => {
    const helpers = [...lab.stub.world.containers.values()].filter(({config}) => config.Labels?.[LABELS.helper])
    assert.deepEqual(helpers, [], 'a helper is left')
  })

  const node = (name: string) => lab.stub.world.container(`sweep-${name}`)
  const log = (name: string, line: string) => print(lab.stub.world, node(name), line)
  const stop = (name: string) => end(lab.stub.world, node(name), 137)
  const begin = (name: string) => start(lab.stub.world, node(name))
  const wait = (...args: readonly string[]) => lab.spawn(['wait', ...args])

  /** The command asks the engine for this. */
  const asked = (what: RegExp) =>
    eventually(`a request like ${what}`, () => lab.stub.calls.some(({path}) => what.test(path)), 20_000)
  const FOLLOWS = /\/logs\?.*follow=true/

  /** The stub's clock has milliseconds. */
  async function mark(): Promise<string> {
    await delay(2)
    const {stdout} = await lab.spawn(['mark'])
    await delay(2)
    return String(stdout)
  }

  async function met(child: ReturnType<typeof wait>): Promise<WaitResult> {
    const {exitCode, stdout, stderr} = await child
    assert.equal(exitCode, 0, `${stdout}\n${stderr}`)
    return JSON.parse(String(stdout)) as WaitResult
  }

  const lineOf = ({met: [found]}: WaitResult) => found?.line

  async function fails(args: readonly string[], complaint: Complaint): Promise<void> {
    const [text, json] = await Promise.all([wait(...args), wait(...args, '--json')])
    assertComplaint(text, complaint)
    assertComplaintJson(json, complaint)
  }

  /** A second is enough, but on a machine that is busy: what is waited for has to have been asked. */
  async function misses(args: readonly string[], complaint: Omit<Complaint, 'exit' | 'code'>): Promise<void> {
    const {stderr} = await wait(...args, '--timeout', '1')
    const timeout = complaint.message.test(String(stderr)) ? '1' : '20'
    await fails([...args, '--timeout', timeout], {exit: 1, code: 'wait-missed', ...complaint})
  }

  it('for readiness is for all nodes, where none is named', async () => {
    const {lab: name, ms, met: found} = await met(wait('--ready', '--json'))
    assert.equal(name, 'sweep')
    const [{ms: own, ...rest}] = found as [WaitResult['met'][number]]
    assert.equal(own, ms)
    assert.deepEqual(rest, {
      condition: 'ready',
      text: '5 nodes are ready',
      nodes: ['key-manager-1', 'traffic-manager-1', 'gateway-1', 'mysql', 'load-balancer'],
    })
  })

  it('tells what was met, a line each', async () => {
    log('gateway-1', 'a \u001B[31mred\u001B[0m line')
    const {exitCode, stdout} = await wait('gateway-1', '--ready', '--log', 'red')
    assert.equal(exitCode, 0)
    assert.match(
      String(stdout),
      /^gateway-1 is ready, after \d+\.\d s\ngateway-1 logged \/red\/, after \d+\.\d s\n {2}gateway-1 \| a \[31mred \[0m line$/,
    )
  })

  describe('for a line of a log', () => {
    it('follows it', async () => {
      const child = wait('gateway', 'key-manager', '--log', 'is (coming|there)', '--json')
      await asked(FOLLOWS)
      log('traffic-manager-1', 'it is there, but nobody asked for this node')
      log('key-manager-1', 'it is coming')
      const {
        met: [found],
      } = await met(child)
      assert.deepEqual(found?.nodes, ['key-manager-1'])
      assert.equal(found?.line, 'it is coming')
      assert.match(found?.at ?? '', /^\d{4}-.*\.\d{9}Z$/)
    })

    it('takes one from before, of the last run only', async () => {
      log('gateway-1', 'of an earlier run')
      await delay(2)
      stop('gateway-1')
      await delay(10)
      begin('gateway-1')
      log('gateway-1', 'of this run')
      assert.equal(lineOf(await met(wait('gateway-1', '--log', 'of .* run', '--json'))), 'of this run')
    })

    it('takes none from before a mark, of any node', async () => {
      for (const name of ['gateway-1', 'key-manager-1']) log(name, `early, ${name}`)
      const since = await mark()
      assert.match(since, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$/)
      log('key-manager-1', 'late')
      assert.equal(lineOf(await met(wait('--log', 'early|late', '--since', since, '--json'))), 'late')
      const {stdout} = await lab.spawn(['logs', '--since', since])
      assert.match(String(stdout), /^key-manager-1 +\| late$/)
    })

    it('goes on where the node ends and is started again', async () => {
      const child = wait('gateway-1', '--log', 'second', '--json')
      await asked(FOLLOWS)
      log('gateway-1', 'first')
      stop('gateway-1')
      await delay(10)
      begin('gateway-1')
      log('gateway-1', 'second')
      assert.equal(lineOf(await met(child)), 'second')
    })

    it('tells what came instead', async () => {
      log('gateway-1', 'one')
      log('gateway-1', 'two')
      await misses(['gateway-1', '--log', 'three'], {
        message: /^No line of gateway-1 matched \/three\/ within \d+ s \(\d lines in its last run\)/m,
        evidence: / {2}gateway-1 \| one\n {2}gateway-1 \| two\n/,
        next: /apim-lab logs gateway-1 --lab sweep/,
      })
    })

    it('tells which line was too early, or is written otherwise', async () => {
      log('gateway-1', 'Too Early')
      const since = await mark()
      await misses(['gateway-1', '--log', 'Early', '--since', since], {
        message: /no line since \S+Z; one matches from before, of \S+Z: gateway-1 \| Too Early\)/,
      })
      await misses(['gateway-1', '--log', 'too early'], {
        message: /one differs in upper and lower case only: gateway-1 \| Too Early\)/,
      })
    })

    it('ends for an expression that takes for ever', async () => {
      log('gateway-1', `${'a'.repeat(50)}b`)
      await fails(['gateway-1', '--log', '^(a+)+$'], {
        ...USAGE,
        message: /The regular expression \/\^\(a\+\)\+\$\/ takes longer than 1000 ms on \d+ lines? of a log/,
        next: /repetition inside a repetition/,
      })
    })
  })

  describe('for a node', () => {
    it('that does not run goes on until it is started', async () => {
      stop('gateway-1')
      const child = wait('gateway-1', '--ready', '--json')
      await asked(/\/containers\/create\?name=sweep-helper/)
      begin('gateway-1')
      assert.equal((await met(child)).met[0]?.text, 'gateway-1 is ready')
    })

    it('that ended tells how', async () => {
      const child = wait('gateway-1', '--log', 'never', '--timeout', '2')
      stop('gateway-1')
      await misses(['gateway-1', '--ready'], {
        message: /^gateway-1 was not ready within \d+ s \(gateway-1 exited with code 137 \(SIGKILL\)\)/m,
        next: /apim-lab logs gateway-1/,
      })
      assert.equal((await child).exitCode, 1)
    })

    it('without an answer over HTTP tells the last', async () => {
      await misses(['gateway-1', '--http', '/health'], {
        message:
          /^GET http:\/\/gateway-1:9763\/health from gateway-1 was not 200 within \d+ s \(last answer: nobody answers\)/m,
      })
      stop('gateway-1')
      await misses(['gateway-1', '--http', 'https://:8243/', '--status', '401'], {
        message:
          /^GET https:\/\/gateway-1:8243\/ from gateway-1 was not 401 within \d+ s \(last answer: gateway-1 is not running \(exited\)\)/m,
      })
    })

    it('whose link is broken tells why', async () => {
      stop('gateway-1')
      await misses(['gateway-1', '--link', 'traffic-manager:5672'], {
        message:
          /^gateway-1->traffic-manager:5672 was not ok within \d+ s \(last probe: gateway-1->traffic-manager-1:5672: gateway-1 is stopped\)/m,
        next: /apim-lab links 'gateway-1->traffic-manager:5672' --lab sweep/,
      })
    })

    it('whose rows do not come tells the last', () =>
      misses(['apimgtdb', '--sql', 'SELECT 1', '--equals', '1'], {
        message: /^SELECT 1 in apimgtdb was not "1" within \d+ s \(last answer: nobody answers\)/m,
        next: /apim-lab exec mysql --lab sweep/,
      }))
  })

  it('for several tells all that were missed', () =>
    misses(['gateway-1', '--ready', '--http', '/x', '--link', 'traffic-manager:5672', '--log', 'never'], {
      message: /^3 of 4 conditions were not met: No line of gateway-1 .*; GET http:\/\/gateway-1:9763\/x .*\)/m,
    }))

  it('ends with the lab', async () => {
    const child = wait('gateway-1', '--http', '/x')
    await asked(/\/containers\/create\?name=sweep-helper/)
    await lab.run('down')
    assertComplaint(await child, {
      exit: 1,
      code: 'lab-not-found',
      message: /^Lab sweep is not up/m,
      next: /apim-lab up/,
    })
  })

  for (const [signal, status] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)
    it(`ends with ${signal}, and says nothing of it`, async () => {
      const child = wait('gateway-1', '--http', '/x', '--log', 'never')
      await asked(/\/containers\/create\?name=sweep-helper/)
      child.kill(signal)
      const {exitCode, stdout, stderr} = await child
      assert.equal(exitCode, status)
      assert.equal(stdout, '')
      assert.doesNotMatch(String(stderr), /Next:|bug/)
    })

  it('ends in time whatever request the engine fails at, with what can be done', async () => {
    const args = ['gateway-1', '--ready', '--http', '/', '--log', 'never', '--timeout', '1']
    await wait(...args)
    const count = Math.min(lab.stub.calls.length, MOST_REQUESTS)
    assert.ok(count > 10)
    for (let n = 1; n <= count; n++) {
      await lab.begin('down')
      const fault = FAULTS[n % FAULTS.length]!
      lab.stub.failAt(n, fault)
      const {exitCode, stderr, timedOut} = await wait(...args)
      const what = `${fault} at request ${n}: ${exitCode} ${stderr}`
      assert.ok(!timedOut, what)
      assert.equal(exitCode, 1, what)
      assert.doesNotMatch(String(stderr), /This is a bug|^ {4}at /m, what)
      assert.match(String(stderr), /Next:/, what)
    }
    // A helper whose creation nobody heard of is the next command's to remove.
    await lab.begin('down')
  })

  describe('is refused', () => {
    for (const [what, args, complaint] of [
      [
        'for nothing',
        ['gateway-1'],
        {...USAGE, message: /There is nothing to wait for: give --ready/, next: /wait --help/},
      ],
      [
        'with half a condition',
        ['gateway-1', '--ready', '--status', '200'],
        {...USAGE, message: /--status belongs to --http/},
      ],
      ['with a query for nothing', ['mysql', '--sql', 'SELECT 1'], {...USAGE, message: /--sql needs --equals/}],
      ['with a mark for no log', ['--ready', '--since', '1m'], {...USAGE, message: /--since belongs to --log/}],
      [
        'since nobody knows when',
        ['gateway-1', '--log', 'x', '--since', 'then'],
        {...USAGE, message: /--since "then" is not a mark/, next: /wait gateway-1 --log 'x' --since 10m/},
      ],
      [
        'for no node',
        ['gatewai', '--ready'],
        {exit: 2, code: 'node-unknown', message: /has no node "gatewai"; did you mean gateway/},
      ],
      [
        'for no link',
        ['gateway-1', '--link', 'traffic-manager:5673'],
        {exit: 2, code: 'link-unknown', message: /has no link "gateway-1->traffic-manager:5673"; did you mean/},
      ],
      ['for a link from nowhere', ['--link', 'traffic-manager:5672'], {...USAGE, message: /Which node is the link to/}],
      ['for no expression', ['gateway-1', '--log', '('], {...USAGE, message: /Invalid regular expression/}],
      ['for no URL', ['gateway-1', '--http', 'ftp://x/'], {...USAGE, message: /"ftp:\/\/x\/" can't be asked/}],
      ['for a node without HTTP', ['mysql', '--http', '/'], {...USAGE, message: /mysql is not asked over HTTP/}],
      [
        'for what the lab does not publish',
        ['--http', 'https://example.org/'],
        {...USAGE, message: /from this host what the lab publishes can be, https:\/\/\S+:\d+\/, /},
      ],
      [
        'for no database',
        ['apimgdb', '--sql', 'SELECT 1', '--equals', '1'],
        {...USAGE, message: /There is no database "apimgdb"; did you mean apimgtdb: mysql, or one of its databases/},
      ],
      [
        'for a lab that is not up',
        ['--ready', '--lab', 'nope'],
        {exit: 1, code: 'lab-not-found', message: /Lab nope is not up/},
      ],
    ] as const)
      it(what, () => fails(args, complaint))
  })
})
