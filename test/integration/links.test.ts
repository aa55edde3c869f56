import assert from 'node:assert/strict'
import {isDatabaseRow, type LinkRow, type Row} from '../../src/lab-events/link-row.js'
import {linesOf} from './support/lines-of.js'
import {docker, TestLab} from './support/test-lab.js'

const TOML = '/home/wso2carbon/wso2am-3.2.0/repository/conf/deployment.toml'

const isBroken = ({state}: Row) => state === 'broken'

const show = (rows: readonly Row[]) => JSON.stringify(rows, undefined, 2)

describe('the links of a lab', function () {
  this.timeout(300_000)
  let lab: TestLab

  before(async () => {
    lab = await TestLab.create('links')
    const {exitCode, stderr} = await lab.up()
    assert.equal(exitCode, 0, String(stderr))
  })

  after(() => lab.remove())

  async function links(): Promise<{exitCode: number | undefined; rows: Row[]; text: string}> {
    const {stdout, stderr, exitCode} = await lab.run(['links', '--json'])
    assert.match(String(stdout), /^\[/, String(stderr))
    return {exitCode, rows: JSON.parse(String(stdout)) as Row[], text: `${stdout}${stderr}`}
  }

  async function allOk(): Promise<readonly Row[]> {
    const {exitCode, rows} = await links()
    assert.equal(show(rows.filter(isBroken)), '[]')
    assert.equal(exitCode, 0)
    return rows
  }

  async function shell(node: string, script: string): Promise<string> {
    const exec = await lab
      .container(node)
      .exec({Cmd: ['sh', '-c', script], AttachStdout: true, AttachStderr: true, Tty: true})
    const stream = await exec.start({Tty: true})
    let output = ''
    for await (const chunk of stream) output += String(chunk)
    assert.equal((await exec.inspect()).ExitCode, 0, output)
    return output
  }

  /** With a node's deployment.toml changed by hand inside the container. */
  async function changed(node: string, script: string, then: () => Promise<void>): Promise<void> {
    await shell(node, `cp ${TOML} /tmp/kept.toml && ${script}`)
    try {
      await then()
    } finally {
      await shell(node, `cat /tmp/kept.toml > ${TOML}`)
    }
  }

  it('are all ok with one gateway, each kind of them', async () => {
    const rows = await allOk()
    const between = (client: string, server: string) =>
      rows.filter(row => row.client === client && row.server === server)
    assert.equal(between('user', 'load-balancer').length, 8)
    assert.equal(between('load-balancer', 'gateway-1').length, 4)
    assert.equal(between('gateway-1', 'mysql').length, 6)
    assert.ok(between('gateway-1', 'mysql').every(row => isDatabaseRow(row) && row.access === 'denied'))
    assert.equal(between('publisher-1', 'publisher-1').length, 1)
    const [deploying] = between('publisher-1', 'gateway-1') as LinkRow[]
    assert.deepEqual(deploying, {
      id: 'publisher-1->gateway-1:9443',
      client: 'publisher-1',
      server: 'gateway-1',
      port: 9443,
      purpose: 'deploying API artifacts',
      use: 'used',
      state: 'ok',
      file: TOML,
      key: 'apim.gateway.environment[0].service_url',
      found: 'https://gateway-1:9443/services/',
      expected: 'https://gateway-1:9443',
      detail: 'HTTP 200',
    })
  })

  it('are told as text, and what is broken first and in full', async () => {
    await changed('gateway-1', `sed -i 's#tcp://traffic-manager-1:5672#tcp://nobody:5672#' ${TOML}`, async () => {
      const {stdout, exitCode} = await lab.run(['links'])
      assert.equal(exitCode, 1)
      assert.match(
        String(stdout),
        /^✗ gateway-1 -> traffic-manager-1:5672 {2}event hub topics\n {4}file {6}\/home.*\n {4}key .*\n {4}found {5}tcp:\/\/nobody:5672\n/,
      )
      assert.match(String(stdout), /\n\d+ links ok, 1 broken\n/)
    })
  })

  it('one host changed by hand breaks exactly that row', async () => {
    await changed(
      'gateway-1',
      `sed -i 's#^service_url = "https://key-manager:#service_url = "https://devportal:#' ${TOML}`,
      async () => {
        const {exitCode, rows} = await links()
        assert.equal(exitCode, 1)
        assert.deepEqual(rows.filter(isBroken), [
          {
            id: 'gateway-1->key-manager-1:9443',
            client: 'gateway-1',
            server: 'key-manager-1',
            port: 9443,
            purpose: 'token validation, token, revoke, authorize',
            use: 'used',
            state: 'broken',
            file: TOML,
            key: 'apim.key_manager.service_url',
            found: 'https://devportal:9443/services/',
            expected: 'https://key-manager:9443',
            detail: 'another address than expected, which answers: HTTP 200',
          },
        ])
      },
    )
  })

  it('a key or a file that is not there breaks the rows that need it', async () => {
    await changed('key-manager-1', `sed -i '/^notification_endpoint/d' ${TOML}`, async () => {
      const broken = (await links()).rows.filter(isBroken) as LinkRow[]
      assert.deepEqual(
        broken.map(({client, server, key, detail}) => ({client, server, key, detail})),
        [
          {
            client: 'key-manager-1',
            server: 'traffic-manager-1',
            key: 'event_listener[].properties.notification_endpoint',
            detail: 'the file has no such key',
          },
        ],
      )
    })
    await changed('traffic-manager-1', `echo 'password = "hidden" x' >> ${TOML}`, async () => {
      const {rows, text} = await links()
      const broken = rows.filter(isBroken)
      assert.ok(broken.length > 0 && broken.every(({client}) => client === 'traffic-manager-1'), show(broken))
      assert.ok(
        broken.some(({detail}) => /is not valid TOML: line \d+, column \d+/.test(detail)),
        show(broken),
      )
      assert.ok(!text.includes('hidden'))
    })
  })

  it('a gateway that gets into apimgtdb is broken, and no password is shown', async () => {
    const table = await shell('publisher-1', `sed -n '/^\\[database.apim_db\\]/,/^driver/p' ${TOML}`)
    const password = /^password = "(.+)"/m.exec(table)?.[1] ?? ''
    assert.ok(password.length > 8)
    const account = Buffer.from(`\n${table.replaceAll('\r', '')}`).toString('base64')
    const network = docker.getNetwork(`${lab.name}_db`)
    const gateway = `${lab.name}-gateway-1`
    await changed('gateway-1', `echo ${account} | base64 -d >> ${TOML}`, async () => {
      assert.ok(
        (await links()).rows.every(row => !isBroken(row)),
        'an account without a way in is harmless',
      )
      await network.connect({Container: gateway})
      try {
        const {exitCode, rows, text} = await links()
        assert.equal(exitCode, 1)
        assert.deepEqual(
          rows
            .filter(isBroken)
            .map(row => [row.client, isDatabaseRow(row) && row.database, isDatabaseRow(row) && row.access]),
          [
            ['gateway-1', 'shareddb', 'allowed'],
            ['gateway-1', 'apimgtdb', 'allowed'],
          ],
        )
        assert.ok(!text.includes(password))
      } finally {
        await network.disconnect({Container: gateway})
      }
    })
  })

  it('a gateway without an account must not have a way to the databases either', async () => {
    const network = docker.getNetwork(`${lab.name}_db`)
    await network.connect({Container: `${lab.name}-gateway-1`})
    try {
      const broken = (await links()).rows.filter(isBroken)
      assert.equal(broken.length, 6, show(broken))
      assert.ok(broken.every(({client, server}) => client === 'gateway-1' && server === 'mysql'))
    } finally {
      await network.disconnect({Container: `${lab.name}-gateway-1`})
    }
  })

  describe('with two gateways', () => {
    before(async () => {
      const {exitCode, stderr} = await lab.up('--scale', 'gateway=2')
      assert.equal(exitCode, 0, String(stderr))
    })

    it('are all ok for each of them', async () => {
      const rows = (await allOk()).filter((row): row is LinkRow => !isDatabaseRow(row))
      assert.deepEqual(
        rows
          .filter(({client, server}) => client === 'publisher-1' && server.startsWith('gateway'))
          .map(({server, found}) => [server, found]),
        [
          ['gateway-1', 'https://gateway-1:9443/services/'],
          ['gateway-2', 'https://gateway-2:9443/services/'],
        ],
      )
    })

    it('with mysql stopped have one cause, and nobody is told to be denied for it', async () => {
      await lab.container('mysql').stop({t: 5})
      try {
        const {exitCode, rows} = await links()
        assert.equal(exitCode, 1)
        const logins = rows.filter(isDatabaseRow).filter(isBroken)
        assert.ok(logins.length > 0)
        assert.ok(
          logins.every(row => row.cause === 'mysql is stopped' && row.access === 'unknown'),
          show(logins),
        )
        const {stdout} = await lab.run(['links'])
        assert.equal(String(stdout).split('\n')[0], `✗ mysql is stopped: ${logins.length} logins depend on it`)
      } finally {
        const {exitCode, stderr} = await lab.run(['start'])
        assert.equal(exitCode, 0, String(stderr))
      }
    })

    it('only the rows of a node that is stopped are broken, which one who watches is told', async () => {
      const watching = lab.run(['links', '--watch', '--json', 'publisher->gateway:9443'])
      const shown = linesOf(watching)
      const first = JSON.parse(await shown(/^\[/)) as (Row & {id: string})[]
      assert.deepEqual(
        first.map(({id, state}) => [id, state]),
        [1, 2].map(node => [`publisher-1->gateway-${node}:9443`, 'ok']),
      )
      await lab.container('gateway-2').stop({t: 1})
      const event = JSON.parse(await shown(/"kind":"link"/)) as {link: string; row: LinkRow}
      assert.deepEqual([event.link, event.row.state], ['publisher-1->gateway-2:9443', 'broken'])
      watching.kill('SIGINT')
      assert.equal((await watching).exitCode, 130)
      assert.deepEqual(
        (await lab.remains()).containers.filter(name => name.includes('helper')),
        [],
      )
      const {exitCode, rows} = await links()
      assert.equal(exitCode, 1)
      const own = ({client, server}: Row) => client === 'gateway-2' || server === 'gateway-2'
      // What browsers use leads through the load balancer, which goes on with the other one.
      const through = (row: Row) => !isDatabaseRow(row) && row.use === 'browser'
      assert.equal(show(rows.filter(row => isBroken(row) !== (own(row) && !through(row)))), '[]')
      assert.ok(
        rows
          .filter(row => own(row) && isBroken(row))
          .every(({detail}) => detail.includes('gateway-2 is not running (exited)')),
      )
    })
  })
})

describe('the links of a lab that is not up', () => {
  it('are an error that says what to do', async () => {
    const lab = await TestLab.create('no-links')
    try {
      const {exitCode, stdout} = await lab.run(['links', '--json'])
      assert.equal(exitCode, 1)
      assert.equal((JSON.parse(String(stdout)) as {error: {code: string}}).error.code, 'lab-not-found')
    } finally {
      await lab.remove()
    }
  })
})
