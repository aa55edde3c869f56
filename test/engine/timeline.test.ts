import assert from 'node:assert/strict'
import {readFile, stat, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import type {TimelineEvent} from '../../src/lab-events/timeline.js'
import {assertComplaint} from '../support/command-line.js'
import {end, print, remove, start} from './stub/life.js'
import {prepareLab, type PreparedLab, type SweepLab} from './support/sweep-lab.js'

describe('the timeline of a lab', function () {
  this.timeout(300_000)
  let prepared: PreparedLab
  let lab: SweepLab

  before(async () => {
    prepared = await prepareLab('timeline', 13_200)
    lab = prepared.lab
  })
  after(() => prepared.close())
  beforeEach(() => lab.begin('down'))

  const node = (name: string) => lab.stub.world.container(`sweep-${name}`)
  const log = (name: string, line: string) => print(lab.stub.world, node(name), line)

  async function events(...args: readonly string[]): Promise<readonly TimelineEvent[]> {
    const {exitCode, stdout, stderr} = await lab.spawn(['timeline', ...args, '--json'])
    assert.equal(exitCode, 0, String(stderr))
    const lines = String(stdout)
      .split('\n')
      .filter(line => line !== '')
    return lines.map(line => JSON.parse(line) as TimelineEvent)
  }

  const mark = async (...name: readonly string[]) => String((await lab.spawn(['mark', ...name])).stdout)

  it('has what nodes did, their bad lines, marks and configurations, in one order', async () => {
    const since = await mark('before the crash')
    log('gateway-1', "[2026-11-29 16:34:09,767]  WARN - Link can't connect")
    log('gateway-1', '[2026-11-29 16:34:09,768]  INFO - Link tries again')
    await new Promise(resolve => setTimeout(resolve, 5))
    end(lab.stub.world, node('gateway-1'), 137)
    start(lab.stub.world, node('gateway-1'))
    const found = await events('--since', since)
    assert.deepEqual(
      found
        .filter(({lane}) => lane === 'gateway-1' || lane === 'lab')
        .filter(({kind}) => kind !== 'ready')
        .map(({kind, text, level}) => [kind, text, level]),
      [
        ['mark', 'mark before the crash', undefined],
        ['log', "Link can't connect", 'warn'],
        ['ended', 'ended with exit code 137 (SIGKILL)', 'error'],
        ['started', 'started', undefined],
      ],
    )
    const ats = found.map(({at}) => at)
    assert.deepEqual(ats, ats.toSorted())
    assert.ok(ats.every(at => at >= since && /\.\d{9}Z$/.test(at)))
    const all = await events()
    for (const kind of ['created', 'started', 'ready', 'configuration'])
      assert.ok(
        all.some(event => event.kind === kind && event.lane === 'mysql'),
        kind,
      )
  })

  it('has what commands noted in the folder of the lab, and passes by what is no event', async () => {
    const since = await mark()
    const now = new Date().toISOString().replace('Z', '999999Z')
    const event = {at: now, kind: 'step', lane: 'lab', text: 'when: call GET /x: HTTP 404', until: now}
    await writeFile(join(lab.paths.lab, 'events.ndjson'), `${JSON.stringify(event)}\n{"at": 1}\nnothing\n`)
    await new Promise(resolve => setTimeout(resolve, 2))
    const found = (await events('--since', since)).filter(({kind}) => kind === 'step')
    assert.deepEqual(found, [event])
  })

  it('has no secret, and shows nothing that could move a cursor', async () => {
    const secrets = JSON.parse(await readFile(join(lab.paths.lab, 'secrets.json'), 'utf8')) as {adminAccount: string}
    log('gateway-1', `[2026-11-29 16:34:09,767] ERROR - Login \u001B[2Jfailed for ${secrets.adminAccount}`)
    const {stdout} = await lab.spawn(['timeline'])
    assert.match(String(stdout), /gateway-1 +ERROR Login \[2Jfailed for \*\*\*/)
    for (const line of String(stdout).split('\n')) assert.ok(line.length <= 80, line)
  })

  it('tells of a node that was recreated with another configuration', async () => {
    const {world} = lab.stub
    const old = node('gateway-1')
    const since = await mark()
    await new Promise(resolve => setTimeout(resolve, 5))
    world.emitContainer(old, 'create')
    remove(world, old, false)
    const Labels = {...old.config.Labels, 'apim-lab.config-hash': 'another'}
    world.emitContainer({...old, config: {...old.config, Labels}}, 'create')
    const found = (await events('--since', since)).filter(({lane}) => lane === 'gateway-1')
    assert.deepEqual(
      found.map(({kind}) => kind),
      ['created', 'gone', 'configuration', 'created'],
    )
  })

  it('is written as a page in which what logs say is only text', async () => {
    const file = join(lab.folder, 'timeline.html')
    log('gateway-1', '[2026-11-29 16:34:09,767] ERROR - <img src=x onerror=alert(1)> </script>"\'')
    const {exitCode, stdout} = await lab.spawn(['timeline', '--html', file])
    assert.equal(exitCode, 0)
    assert.match(String(stdout), /Wrote .*timeline\.html: \d+ events/)
    assert.equal((await stat(file)).mode & 0o777, 0o600)
    const page = await readFile(file, 'utf8')
    assert.match(page, /&lt;img src=x onerror=alert\(1\)&gt;/)
    assert.doesNotMatch(page, /<img|<script|https?:|url\(|NaN|undefined/)
    assert.match(page, /<rect\s+x="[\d.]+%"/)
  })

  it('is compared with another: exit status 1, and where they part', async () => {
    const [good, bad, none] = ['good', 'bad', 'none'].map(name => join(lab.folder, `${name}.ndjson`)) as [
      string,
      string,
      string,
    ]
    const lines = (await events()).map(event => JSON.stringify(event))
    await writeFile(good, lines.join('\n'))
    const strange = {
      ...(JSON.parse(lines.at(-1)!) as TimelineEvent),
      kind: 'log',
      text: 'connection refused',
      level: 'error',
    }
    await writeFile(bad, [...lines, JSON.stringify(strange)].join('\n'))
    const same = await lab.spawn(['timeline', 'diff', good, good])
    assert.equal(same.exitCode, 0)
    assert.equal(String(same.stdout), 'The same things happened in both.')
    const other = await lab.spawn(['timeline', 'diff', good, bad])
    assert.equal(other.exitCode, 1)
    assert.match(
      String(other.stdout),
      /^First divergence: [\d.]+ s after the begin, only in the bad one:\n.*ERROR connection refused/,
    )
    await writeFile(none, `${lines[0]}\nno event\n`)
    assertComplaint(await lab.spawn(['timeline', 'diff', good, none]), {
      exit: 1,
      code: 'file-unusable',
      message: /^Line 2 of .*none\.ndjson is not an event of a timeline/,
      next: /timeline --json/,
    })
  })
})
