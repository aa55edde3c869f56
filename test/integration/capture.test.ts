import assert from 'node:assert/strict'
import {mkdir, readFile, stat, writeFile} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import {pathToFileURL} from 'node:url'
import type {TimelineEvent} from '../../src/lab-events/timeline.js'
import type {CaptureResult} from '../../src/lab/capture/capture.js'
import {formsOf} from '../../src/model/redactor.js'
import {openPage, overflow, startBrowser, visit} from '../support/browser.js'
import {unzip} from '../support/unzip.js'
import {askLab} from './support/lab-calls.js'
import {TestLab} from './support/test-lab.js'

describe('what happened in a lab', function () {
  this.timeout(300_000)
  let lab: TestLab

  before(async () => {
    lab = await TestLab.create('capture')
    const {exitCode, stderr} = await lab.up('--no-analytics')
    assert.equal(exitCode, 0, String(stderr))
  })
  after(() => lab.remove())

  async function run(...args: readonly string[]): Promise<string> {
    const {exitCode, stdout, stderr} = await lab.run(args)
    assert.equal(exitCode, 0, `${args.join(' ')}: ${stdout}\n${stderr}`)
    return String(stdout)
  }

  it('stands in one order: the first start, the bad lines, a fault, a node that was killed', async () => {
    const since = await run('mark', 'begin')
    await run('fault', 'add', 'gateway-1->key-manager:9443', '--cut', '--for', '60s')
    await run('fault', 'clear')
    await lab.container('key-manager-1').kill()
    await run('wait', 'gateway-1', '--log', 'WARN', '--since', since)
    await run('start', 'key-manager-1')
    const events = (await run('timeline', '--since', '10m', '--json'))
      .split('\n')
      .filter(line => line !== '')
      .map(line => JSON.parse(line) as TimelineEvent)
    const places = [
      events.findIndex(({kind, lane}) => kind === 'started' && lane === 'gateway-1'),
      events.findIndex(({kind, lane}) => kind === 'ready' && lane === 'gateway-1'),
      events.findIndex(({text}) => text === 'mark begin'),
      events.findIndex(({kind, lane}) => kind === 'fault' && lane === 'gateway-1'),
      events.findIndex(({kind, lane}) => kind === 'fault-ended' && lane === 'gateway-1'),
      events.findIndex(({text, lane}) => text === 'ended with exit code 137 (SIGKILL)' && lane === 'key-manager-1'),
      events.findLastIndex(({kind, lane}) => kind === 'started' && lane === 'key-manager-1'),
    ]
    const shown = events.map(({at, kind, lane, text}) => `${at} ${kind} ${lane} ${text}`).join('\n')
    assert.ok(!places.includes(-1), `${places.join(' ')}\n${shown}`)
    assert.deepEqual(
      places,
      places.toSorted((a, b) => a - b),
      shown,
    )
    assert.ok(events.some(({kind, lane, level}) => kind === 'log' && lane === 'gateway-1' && level === 'warn'))
  })

  it('to one call is found by its correlation id', async () => {
    await askLab(lab, 'gateway', 8243, '/pizza/1', {headers: {activityid: 'capture-test-1'}})
    await run('wait', 'gateway-1', '--log', 'capture-test-1')
    assert.match(await run('logs', '--correlate', 'capture-test-1'), /^gateway-1 .* GET \/pizza\/1 404 /)
  })

  it('is captured in one file without a secret, whose pages need no network', async () => {
    const file = join(lab.workingDirectory, 'capture.zip')
    const {leftOut} = JSON.parse(await run('capture', '--data', '--output', file, '--json')) as CaptureResult
    assert.equal((await stat(file)).mode & 0o777, 0o600)
    const files = await unzip(file)
    const text = (path: string) => files.get(`capture-${lab.name}/${path}`)?.toString('utf8') ?? ''
    assert.match(text('database/apimgtdb.sql'), /CREATE TABLE `IDN_OAUTH_CONSUMER_APPS`/i)
    assert.match(text('database/apimgtdb.rows.txt'), /^# AM_POLICY_SUBSCRIPTION .*\n.*Gold/m)
    assert.match(text('logs/gateway-1.txt'), /Starting WSO2 API Manager/)
    assert.match(text('containers/mysql.json'), /"Mounts"/)
    assert.deepEqual(
      leftOut.filter(({what}) => /^(Status|Links|Logs|database|container|log) ?/.test(what)),
      [],
    )
    const folder = join(lab.dataHome, 'apim-lab/labs', lab.name)
    const secrets = JSON.parse(await readFile(join(folder, 'secrets.json'), 'utf8')) as Record<string, string | object>
    const forms = Object.values(secrets)
      .flatMap(value => (typeof value === 'string' ? [value] : (Object.values(value) as string[])))
      .flatMap(formsOf)
    assert.ok(forms.length > 20)
    for (const [path, content] of files)
      assert.equal(
        forms.find(form => content.includes(form)),
        undefined,
        path,
      )

    const unpacked = join(lab.workingDirectory, 'unpacked')
    for (const [path, content] of files) {
      await mkdir(dirname(join(unpacked, path)), {recursive: true})
      await writeFile(join(unpacked, path), content)
    }
    const browser = await startBrowser()
    try {
      for (const name of ['index.html', 'timeline.html'])
        for (const width of [360, 1440]) {
          const {page, strangers, complaints} = await openPage(browser, width)
          await visit(page, pathToFileURL(join(unpacked, `capture-${lab.name}`, name)).href)
          assert.match(await page.title(), new RegExp(lab.name))
          assert.ok((await overflow(page)) <= 0, `${name} is wider than ${width} pixels`)
          assert.deepEqual([...strangers, ...complaints], [])
        }
    } finally {
      await browser.close()
    }
  })
})
