import assert from 'node:assert/strict'
import {writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {isDatabaseRow, type DatabaseRow, type Row} from '../../src/lab-events/link-row.js'
import type {LabStatus} from '../../src/lab/status.js'
import {unzip} from '../support/unzip.js'
import {doubles320, IMAGES, REGISTRY} from '../double/images.js'
import {DoubleLab} from './support/double-lab.js'
import {buildAll, ensureBase, removeImages, shell} from './support/doubles.js'
import {inSteps} from './support/in-steps.js'
import {NOTHING} from './support/test-lab.js'

const COMPONENTS = [
  'key-manager',
  'traffic-manager',
  'publisher',
  'devportal',
  'gateway',
  'analytics-worker',
  'analytics-dashboard',
]

/** What psql says as one of the accounts, over TCP and with its password, in the server's container. */
const AS = 'psql -XAt -h 127.0.0.1 -d'

describe("release 3.2.0 on PostgreSQL, on doubles of WSO2's images", function () {
  this.timeout(300_000)
  inSteps()
  let double: DoubleLab

  before(async function () {
    // The release asks for linux/amd64, and a double has the architecture of this machine.
    if (process.arch !== 'x64') this.skip()
    await buildAll(await doubles320(await ensureBase()))
    double = await DoubleLab.create('double-pg', '3.2.0', COMPONENTS, undefined, 'postgresql')
  })

  after(async () => {
    await double?.lab.remove()
    await removeImages(Object.values(IMAGES))
  })

  const inServer = (script: string) => shell(double.lab.container('postgresql'), script)

  it('comes up: each node has logged in to its databases', async () => {
    const {exitCode, stdout, stderr} = await double.up('--json')
    assert.equal(exitCode, 0, `${stdout}${stderr}`)
    assert.equal((JSON.parse(String(stdout)) as LabStatus).ready, true)
    assert.match(await double.log('publisher-1'), /database\.apim_db: apimgtdb as publisher: reads and writes/)
  })

  it('has nothing made anew by a second run', async () => {
    const before = await double.containerIds()
    assert.equal((await double.up()).exitCode, 0)
    assert.deepEqual(await double.containerIds(), before)
  })

  it('has its tables and rows in a capture, without what is secret', async () => {
    const file = join(double.lab.workingDirectory, 'capture.zip')
    const {exitCode, stdout, stderr} = await double.lab.run(['capture', '--data', '--output', file])
    assert.equal(exitCode, 0, `${stdout}${stderr}`)
    const files = await unzip(file)
    const text = (name: string) => String(files.get(`capture-${double.lab.name}/database/${name}`))
    assert.match(text('apimgtdb.sql'), /CREATE TABLE public\.\w+ /)
    assert.match(text('apimgtdb.rows.txt'), /^# \w+ \w+/m)
  })

  it("has the tables of the release's own scripts", async () => {
    const count = (database: string) =>
      inServer(
        `PGSERVICEFILE=/etc/apim-lab/admin.conf psql -XAt 'service=lab dbname=${database}' -c "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"`,
      )
    assert.deepEqual(
      [await count('shareddb'), await count('apimgtdb'), await count('statisticsdb')],
      ['41', '159', '0'],
    )
  })

  it('has accounts with exactly their databases, by the logins of links', async () => {
    const rows = JSON.parse(String((await double.lab.run(['links', '--json'])).stdout)) as Row[]
    const logins = rows.filter((row): row is DatabaseRow => isDatabaseRow(row) && row.server === 'postgresql')
    assert.deepEqual(
      logins.filter(({state}) => state !== 'ok').map(({client, database, detail}) => `${client} ${database} ${detail}`),
      [],
    )
    const allowed = (client: string) =>
      logins.filter(row => row.client === client && row.access === 'allowed').map(({database}) => database)
    assert.deepEqual(allowed('publisher-1'), ['shareddb', 'apimgtdb'])
    assert.deepEqual(allowed('analytics-worker-1'), ['statisticsdb', 'permissionsdb'])
    assert.deepEqual(allowed('gateway-1'), [])
  })

  it('lets nobody in who has no account: neither a gateway, nor another component', async () => {
    const refused = (account: string, database: string) =>
      inServer(`PGPASSWORD=x ${AS} ${database} -U ${account} -c 'SELECT 1' 2>&1 || true`)
    assert.match(await refused('gateway', 'apimgtdb'), /password authentication failed/)
    const url = await shell(
      double.lab.container('publisher-1'),
      `grep -A3 apim_db wso2am-3.2.0/repository/conf/deployment.toml`,
    )
    const password = /password = "([^"]+)"/.exec(url)?.[1]
    const asPublisher = `PGPASSWORD=${password} ${AS}`
    assert.match(
      await inServer(`${asPublisher} statisticsdb -U publisher -c 'SELECT 1' 2>&1 || true`),
      /permission denied/,
    )
    // What one component makes, another can use.
    const made = `${asPublisher} apimgtdb -U publisher -c 'CREATE TABLE made (id INTEGER)' -c "SELECT tableowner FROM pg_tables WHERE tablename = 'made'"`
    assert.match(await inServer(made), /^apimgtdb$/m)
  })

  it('has the SQL client behind exec', async () => {
    const {stdout} = await double.lab.run(['exec', 'postgresql'], {input: 'SELECT current_user;\n'})
    assert.match(String(stdout), /lab-admin/)
  })

  it('has the rows of a query that is waited for, which writes nothing', async () => {
    const wait = (query: string, equals: string) =>
      double.lab.run(['wait', 'apimgtdb', '--sql', query, '--equals', equals, '--timeout', '5'])
    const {exitCode, stderr} = await wait('SELECT count(*), NULL, 1 = 1 FROM made', '0\tNULL\tt')
    assert.equal(exitCode, 0, String(stderr))
    for (const [query, message] of [
      ['INSERT INTO made VALUES (1)', /read-only transaction/],
      ['SELEC 1', /syntax error/],
    ] as const) {
      const refused = await wait(query, '')
      assert.equal(refused.exitCode, 2)
      assert.match(String(refused.stderr), message)
    }
    assert.match(String((await wait('SELECT * FROM nothing', '')).stderr), /last answer: relation "nothing" does not/)
  })

  it('starts again with all that it had', async () => {
    assert.equal((await double.lab.run(['down'])).exitCode, 0)
    const {exitCode, stdout, stderr} = await double.up('--json')
    assert.equal(exitCode, 0, `${stdout}${stderr}`)
    assert.match(
      await inServer(`PGSERVICEFILE=/etc/apim-lab/admin.conf psql -XAt 'service=lab dbname=apimgtdb' -c '\\dt made'`),
      /made/,
    )
  })

  it('is not changed to another server while it has its databases', async () => {
    const text = `release: "3.2.0"\ndatabase: mysql\nimages: {registry: ${REGISTRY}}\n`
    await writeFile(join(double.lab.workingDirectory, 'other.yaml'), text)
    const {exitCode, stderr} = await double.lab.run(['up', '--offline', '--file', 'other.yaml'])
    assert.equal(exitCode, 1)
    assert.match(
      String(stderr),
      /database was postgresql when the databases of lab t-double-pg were made, now it is mysql/,
    )
  })

  it('ends the server last, without force, and leaves nothing', async () => {
    assert.equal((await double.lab.run(['stop'])).exitCode, 0)
    const {State} = await double.lab.container('postgresql').inspect()
    assert.equal(State.ExitCode, 0)
    assert.equal((await double.lab.run(['down', '--volumes'])).exitCode, 0)
    assert.deepEqual(await double.lab.remains(), NOTHING)
  })
})
