import assert from 'node:assert/strict'
import {readFile, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {execa} from 'execa'
import {exchange} from '../../src/http/exchange.js'
import type {VerifyResult} from '../../src/lab/verify/verify.js'
import {assertComplaintJson} from '../support/command-line.js'
import {TestLab} from './support/test-lab.js'

/** Clients before the servers that they hold connections and registrations of: whoever is restarted late is missed by all before it. */
const RESTARTS = [
  ['load-balancer', 'gateway', 'publisher', 'devportal', 'analytics-dashboard'],
  ['analytics-worker', 'traffic-manager', 'key-manager', 'mysql'],
]

const basic = (user: string, password: string) => `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`

/** What is there of APIs, applications and policies, as the REST APIs list it. */
async function madeThings(lab: TestLab): Promise<readonly string[]> {
  const authority = await readFile(join(lab.dataHome, 'apim-lab/ca/ca.pem'), 'utf8')
  const ask = async (
    component: string,
    method: string,
    path: string,
    headers: Record<string, string>,
    body?: string,
  ) => {
    const target = {
      host: '127.0.0.1',
      port: 9443 + lab.portOffset,
      tls: true,
      serverName: `${component}.${lab.name}.localhost`,
      authority,
    }
    const answer = await exchange(target, {method, path, headers, ...(body !== undefined && {body})})
    assert.ok([200, 201].includes(answer.status), `${method} ${path}: ${answer.status} ${answer.body}`)
    return JSON.parse(answer.body) as Record<string, string> & {list: Record<string, string>[]}
  }
  const client = await ask(
    'publisher',
    'POST',
    '/client-registration/v0.17/register',
    {authorization: basic('admin', 'admin'), 'content-type': 'application/json'},
    JSON.stringify({
      callbackUrl: 'www.example.com',
      clientName: 'verify_test',
      owner: 'admin',
      grantType: 'password',
      saasApp: true,
    }),
  )
  const {access_token: token} = await ask(
    'publisher',
    'POST',
    '/oauth2/token',
    {
      authorization: basic(client['clientId']!, client['clientSecret']!),
      'content-type': 'application/x-www-form-urlencoded',
    },
    'grant_type=password&username=admin&password=admin&scope=apim:api_view apim:subscribe apim:app_manage apim:admin apim:tier_view apim:bl_view',
  )
  const listed = async (component: string, path: string, key: string) => {
    const {list} = await ask(component, 'GET', path, {authorization: `Bearer ${token}`})
    return list.map(element => element[key] ?? '')
  }
  const all = await Promise.all([
    listed('publisher', '/api/am/publisher/v1/apis?limit=500', 'name'),
    listed('devportal', '/api/am/store/v1/applications?limit=500', 'name'),
    listed('publisher', '/api/am/admin/v1/throttling/policies/advanced', 'policyName'),
    listed('publisher', '/api/am/admin/v1/throttling/policies/application', 'policyName'),
    listed('publisher', '/api/am/admin/v1/throttling/blacklist', 'conditionValue'),
  ])
  return all.flat().filter(name => /verify|kept/i.test(name))
}

describe('verify', function () {
  this.timeout(300_000)
  let lab: TestLab
  let kept: readonly string[]
  let curl: readonly string[]

  before(async () => {
    lab = await TestLab.create('verify')
    const {exitCode, stderr} = await lab.up()
    assert.equal(exitCode, 0, String(stderr))
  })

  after(() => lab.remove())

  async function walk(...args: string[]): Promise<VerifyResult> {
    const {stdout, stderr, exitCode} = await lab.run(['verify', '--json', ...args])
    assert.match(String(stdout), /^\{/, String(stderr))
    const result = JSON.parse(String(stdout)) as VerifyResult
    assert.deepEqual(
      result.steps.filter(({ok}) => !ok),
      [],
    )
    assert.deepEqual([exitCode, result.passed], [0, true])
    return result
  }

  /** Runs lines of curl as they are typed; the bodies that came. */
  async function typed(lines: readonly string[]): Promise<readonly string[]> {
    const runs = lines.map(line => execa('bash', ['-euc', line.replace('curl ', 'curl -sS --fail ')]))
    return (await Promise.all(runs)).map(({stdout}) => stdout)
  }

  const withoutLeftOvers = async () => assert.deepEqual(await madeThings(lab), [])

  it('passes on a lab as it comes up, and leaves nothing', async () => {
    const {steps, release} = await walk()
    assert.equal(release, 'mini')
    assert.deepEqual(
      steps.filter(({skipped}) => skipped),
      [],
    )
    for (const {name, ok, ms, links, detail} of steps) {
      assert.ok(name !== undefined && ok && ms >= 0 && detail !== '', name)
      assert.ok(links.length > 0 && links.every(link => /^[\w-]+ -> [\w-]+:\d+$/.test(link)), name)
    }
    assert.match(steps.find(({name}) => name === 'call')!.detail, /through load-balancer, gateway-1$/)
    await withoutLeftOvers()
    assert.ok(!(await lab.remains()).containers.some(name => name.includes('helper')))
  })

  it('refuses a report that would be a folder before it begins', async () => {
    assertComplaintJson(await lab.run(['verify', '--json', '--junit', lab.workingDirectory]), {
      exit: 1,
      code: 'file-unusable',
      message: /is a folder/,
    })
  })

  it('with --keep leaves an API that its lines of curl call', async () => {
    ;({curl} = await walk('--keep'))
    assert.equal(curl.length, 2)
    const [menu, token] = await typed(curl)
    assert.ok(Array.isArray(JSON.parse(menu!)), menu)
    assert.match(token!, /"access_token"/)
    assert.ok(!curl.join('').includes('Bearer'))
    kept = await madeThings(lab)
    assert.equal(kept.filter(name => name.startsWith('Kept')).length, 4)
  })

  it('walks twice at once, and leaves alone what was kept; one is told at 80 columns and as JUnit XML', async () => {
    const file = join(lab.workingDirectory, 'verify.xml')
    const [{stdout, exitCode}] = await Promise.all([lab.run(['verify', '--junit', file]), walk()])
    assert.equal(exitCode, 0, String(stdout))
    const lines = String(stdout).split('\n')
    assert.ok(lines.every(line => line.length <= 80))
    assert.match(String(stdout), /\n\d+ steps passed, 0 failed, 0 skipped in \d+\.\d s$/)
    const xml = await readFile(file, 'utf8')
    assert.match(xml, /<testsuites tests="\d+" failures="0" errors="0" skipped="0" /)
    assert.equal(xml.match(/<testcase /g)?.length, lines.filter(line => line.startsWith('✓')).length)
    assert.deepEqual(await madeThings(lab), kept)
    await typed(curl)
  })

  it('up --seed makes an API that can be called at once', async () => {
    const {stdout, stderr, exitCode} = await lab.run(['up', '--seed', '--json'])
    assert.equal(exitCode, 0, String(stderr))
    const {curl, ready} = JSON.parse(String(stdout)) as {curl: string[]; ready: boolean}
    assert.equal(ready, true)
    const [menu] = await typed(curl)
    assert.ok(Array.isArray(JSON.parse(menu!)), menu)
  })

  it('stopped by Ctrl-C removes what it made', async () => {
    const before = await madeThings(lab)
    const running = lab.run(['verify', '--json'])
    running.stderr?.on('data', (chunk: Buffer) => {
      if (String(chunk).includes('"subject":"limit"')) running.kill('SIGINT')
    })
    const {exitCode, stdout} = await running
    assertComplaintJson({exitCode, stdout}, {exit: 130, code: 'aborted', message: /Stopped as asked/})
    assert.deepEqual(await madeThings(lab), before)
    assert.ok(!(await lab.remains()).containers.some(name => name.includes('helper')))
  })

  it('says which node does not run, and what a failed step needs', async () => {
    await lab.run(['stop', 'devportal'])
    try {
      assertComplaintJson(await lab.run(['verify', '--json']), {
        exit: 1,
        code: 'node-exited',
        message: /devportal-1 is stopped: \d+ links and \d+ logins depend on it/,
        next: /apim-lab up/,
      })
    } finally {
      await lab.run(['start', 'devportal'])
    }
  })

  for (const components of RESTARTS)
    it(`passes after ${components.join(', ')} were restarted one by one`, async () => {
      for (const component of components) {
        const {exitCode, stderr} = await lab.run(['restart', component])
        assert.equal(exitCode, 0, String(stderr))
      }
      await walk()
    })

  it('passes with several tenants, two gateways and two traffic managers, on each gateway itself', async () => {
    await writeFile(join(lab.workingDirectory, 'apim-lab.yaml'), 'multiTenancy: true\n')
    const {exitCode, stderr} = await lab.up('--scale', 'gateway=2', '--scale', 'traffic-manager=2')
    assert.equal(exitCode, 0, String(stderr))
    const {steps} = await walk()
    for (const name of ['call', 'no-token', 'scope', 'opaque', 'limit', 'block', 'revoke', 'web-socket', 'limit-over'])
      assert.match(steps.find(step => step.name === name)!.detail, /through load-balancer, gateway-1, gateway-2$/)
  })

  it('without analytics skips what needs them, and passes', async () => {
    const {exitCode, stderr} = await lab.up('--no-analytics')
    assert.equal(exitCode, 0, String(stderr))
    const {steps} = await walk()
    assert.deepEqual(
      steps.filter(({skipped}) => skipped).map(({name, detail}) => `${name}: ${detail}`),
      ['counted: the lab has no store of analytics', 'alert: the lab has no store of analytics'],
    )
  })

  it('says which component is missing', async () => {
    const {exitCode, stderr} = await lab.up('--scale', 'gateway=0')
    assert.equal(exitCode, 0, String(stderr))
    assertComplaintJson(await lab.run(['verify', '--json']), {
      exit: 1,
      code: 'settings-conflict',
      message: /has no gateway/,
      next: /up --scale gateway=1/,
    })
  })

  it('says that there is no lab', async () => {
    await lab.run(['down'])
    assertComplaintJson(await lab.run(['verify', '--json']), {
      exit: 1,
      code: 'lab-not-found',
      message: /is not up/,
      next: /apim-lab up/,
    })
  })
})
