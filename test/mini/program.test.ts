import assert from 'node:assert/strict'
import {spawn, type ChildProcess} from 'node:child_process'
import {hostname} from 'node:os'
import {fileURLToPath} from 'node:url'
import {carbonLine} from '../../src/mini/log.js'
import {COMPLETE} from './support/configs.js'
import {makeHome, type Home} from './support/home.js'
import {fakeMysql} from './support/mysql.js'
import {until} from './support/until.js'

const CHILD = fileURLToPath(new URL('support/child.ts', import.meta.url))

describe('mini: the program', function () {
  this.timeout(20_000)
  const homes: Home[] = []
  const children: ChildProcess[] = []
  afterEach(() => {
    for (const it of children.splice(0)) it.kill('SIGKILL')
    for (const it of homes.splice(0)) it.remove()
  })

  const run = (env: Record<string, string>) => {
    const child = spawn(process.execPath, ['--import', 'tsx', CHILD], {env: {PATH: process.env.PATH, ...env}})
    children.push(child)
    const out = {stdout: '', stderr: ''}
    child.stdout.setEncoding('utf8').on('data', chunk => (out.stdout += chunk))
    child.stderr.setEncoding('utf8').on('data', chunk => (out.stderr += chunk))
    const exit = new Promise<number | null>(resolve => child.on('close', code => resolve(code)))
    return {child, out, exit}
  }
  const home = (profile: string, config = COMPLETE[profile] ?? '') => {
    const it = makeHome(profile, config)
    homes.push(it)
    return {PROFILE_NAME: profile, WSO2_SERVER_HOME: it.path}
  }

  it('ends with one clear line when it can not start', async () => {
    const cases: [Record<string, string>, RegExp][] = [
      [{}, /^\S+: PROFILE_NAME is not set; expected one of api-publisher, .*dashboard\n$/],
      [{PROFILE_NAME: 'worker'}, /^\S+: WSO2_SERVER_HOME is not set; expected the product home\n$/],
      [
        home('gateway-worker', ''),
        /^\S+: deployment.toml: key server.node_ip: Configuration with key server.node_ip doesn't exist\n$/,
      ],
    ]
    await Promise.all(
      cases.map(async ([env, message]) => {
        const {out, exit} = run(env)
        assert.equal(await exit, 1)
        assert.match(out.stderr, message)
        assert.ok(out.stderr.startsWith(`${hostname()}: `))
      }),
    )
  })

  it('ends when the database turns out to be wrong', async () => {
    const server = await fakeMysql({refuse: 1045})
    const config = (COMPLETE['api-key-manager'] ?? '').replaceAll('mysql:3306', `127.0.0.1:${server.port}`)
    const {out, exit} = run(home('api-key-manager', config))
    assert.equal(await exit, 1)
    assert.match(out.stderr, /^\S+: database \w+ on 127.0.0.1:\d+ \(account account, key .*\): access denied; .*\n$/)
    await server.stop()
  })

  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    it(`stops at once on ${signal}`, async () => {
      const {child, out, exit} = run(home('traffic-manager'))
      await until('its ports', () => out.stdout.includes('listening on'), 15_000)
      const asked = Date.now()
      child.kill(signal)
      assert.equal(await exit, 0)
      assert.ok(Date.now() - asked < 5_000, `${Date.now() - asked} ms`)
      assert.equal(out.stderr, '')
      assert.match(out.stdout, new RegExp(`INFO - CarbonServerManager ${signal}: halting\n$`))
      for (const line of out.stdout.trim().split('\n')) {
        assert.match(line, /^\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}\] +(INFO|WARN|ERROR) - \w+ \S/)
      }
    })
  }

  it("writes its log in Carbon's style", () => {
    const line = carbonLine('INFO', 'Link', 'two\nlines', new Date(2026, 10, 21, 22, 0, 0, 123))
    assert.equal(line, '[2026-11-21 22:00:00,123]  INFO - Link two lines\n')
  })
})
