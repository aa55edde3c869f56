import assert from 'node:assert/strict'
import {execa} from 'execa'
import type {LabStatus} from '../../src/lab/status.js'
import {LABELS} from '../../src/model/labels.js'
import {docker, NOTHING, TestLab} from './support/test-lab.js'

interface Row {
  readonly state: string
}

interface Volume {
  readonly Name: string
  readonly Labels: Readonly<Record<string, string>>
}

/** Volumes of seeds, by label, in the order of their names: the engine lists them in no order. */
async function volumesWith(label: string): Promise<readonly Volume[]> {
  const {Volumes} = await docker.listVolumes({filters: {label: [label]}})
  return ((Volumes as readonly Volume[] | null) ?? []).toSorted((one, other) => one.Name.localeCompare(other.Name))
}

/** The rows that a lab's administrator gets, as one text. */
async function sql(lab: TestLab, query: string, login = '--defaults-extra-file=/etc/apim-lab/admin.cnf') {
  const {id} = lab.container('mysql')
  const {stdout, exitCode, stderr} = await execa('docker', ['exec', id, 'mysql', ...login.split(' '), '-NBe', query], {
    reject: false,
  })
  return exitCode === 0 ? stdout : stderr
}

describe('two labs side by side', function () {
  this.timeout(300_000)
  let labs: readonly [TestLab, TestLab]

  before(async () => {
    labs = [await TestLab.create('left'), await TestLab.create('right')]
    // Their ids are part of a seed, and two that build them at once get two of each.
    assert.equal((await labs[0].run(['images', 'pull', '--release', 'mini'])).exitCode, 0)
    // Others may have made the seed: here it is to be made.
    await removeSeeds()
  })
  after(() => Promise.all(labs.map(lab => lab.remove())))

  const removeSeeds = async () => {
    for (const {Name} of await volumesWith(LABELS.seed)) await docker.getVolume(Name).remove()
  }

  const comesUp = async (lab: TestLab) => {
    const {exitCode, stderr} = await lab.up('--no-analytics')
    assert.equal(exitCode, 0, String(stderr))
    return String(stderr)
  }

  it('come up at once, each on ports of its own, and make their databases once', async () => {
    await Promise.all(labs.map(comesUp))
    const [mark, ...others] = await volumesWith(LABELS.seedData)
    assert.deepEqual(others, [])
    const data = mark!.Labels[LABELS.seedData]!
    const all = (await volumesWith(LABELS.seed)).map(({Name}) => Name)
    assert.deepEqual(all.toSorted(), [mark!.Name, data].toSorted())
    for (const lab of labs) assert.ok(!(await lab.remains()).containers.includes(`/${lab.name}-schema`))
  })

  it('are wired each to itself', async () => {
    for (const lab of labs) {
      const rows = await lab.json<Row[]>('links')
      assert.ok(rows.length > 30)
      assert.deepEqual(
        rows.filter(({state}) => state !== 'ok'),
        [],
      )
    }
  })

  it('have servers of their own, with keys and passwords of their own', async () => {
    const [left, right] = labs
    const own = [
      'SELECT @@server_uuid',
      'SHOW STATUS LIKE "Caching_sha2_password_rsa_public_key"',
      `SELECT authentication_string FROM mysql.user WHERE user = 'root' AND host = 'localhost'`,
      `SELECT authentication_string FROM mysql.user WHERE user = 'publisher'`,
    ]
    for (const query of own) {
      const [one, other] = await Promise.all([sql(left, query), sql(right, query)])
      assert.ok(one.length > 0, query)
      assert.notEqual(one, other, query)
    }
    const root = `SELECT COUNT(*) FROM mysql.user WHERE user = 'root' AND LENGTH(authentication_string) > 0`
    for (const lab of labs) assert.equal(await sql(lab, root), '2', 'root has a password, inside and over the network')
    assert.match(await sql(left, 'SELECT 1', '-uroot'), /Access denied/)
  })

  it('share nothing but databases: the seed has no account of a lab, no password, key or name of one', async () => {
    const [left] = labs
    const [mark] = await volumesWith(LABELS.seedData)
    const data = mark!.Labels[LABELS.seedData]!
    const {Image} = await left.container('mysql').inspect()
    const script = [
      'set -e',
      'cp -a /seed/. /var/lib/mysql',
      'ls /var/lib/mysql',
      // It holds its own log back, and what a client can see is all that there is.
      'mysqld --skip-grant-tables --skip-networking --daemonize --log-error=/tmp/log',
      `mysql -NBe "SELECT CONCAT(user, '@', host, ':', authentication_string) FROM mysql.user WHERE user NOT LIKE 'mysql.%'"`,
      `mysql -NBe 'SELECT * FROM apim_lab.marker' | cut -f1`,
      'mysqldump --all-databases --no-tablespaces 2>/dev/null | grep -c -e t-left -e t-right || true',
    ].join('\n')
    const mounts = ['-v', `${data}:/seed:ro`, '--network', 'none', '--entrypoint', 'bash']
    const {stdout} = await execa('docker', ['run', '--rm', ...mounts, Image, '-c', script])
    assert.doesNotMatch(stdout, /\.pem|auto\.cnf/)
    assert.match(stdout, /^apimgtdb$/m)
    assert.match(stdout, /\nroot@localhost:\nmini\n0$/)
  })

  it('go down one by one: the other stays ready, and so does the seed', async () => {
    const [left, right] = labs
    const before = await volumesWith(LABELS.seed)
    assert.equal((await left.run(['down', '--volumes'])).exitCode, 0)
    assert.deepEqual(await left.remains(), NOTHING)
    assert.equal((await right.json<LabStatus>('status')).ready, true)
    assert.deepEqual(await volumesWith(LABELS.seed), before)
  })

  it('need no seed any more: one that was removed is made anew for the next', async () => {
    const [left, right] = labs
    await removeSeeds()
    assert.match(String((await right.up('--no-analytics')).stdout), /Nothing to do/)
    assert.match(await comesUp(left), /apim-lab-seed-\w+: made/)
    assert.equal((await volumesWith(LABELS.seed)).length, 2)
  })

  it('begins again with what a copy left that was cut off', async () => {
    const [left] = labs
    assert.equal((await left.run(['down'])).exitCode, 0)
    const {Image} = await docker.getContainer(`${labs[1].name}-mysql`).inspect()
    const cut = 'rm -rf /var/lib/mysql/apimgtdb /var/lib/mysql/mysql.ibd && touch /var/lib/mysql/.copying'
    const volume = `${left.name}_mysql:/var/lib/mysql`
    await execa('docker', ['run', '--rm', '-v', volume, '--entrypoint', 'bash', Image, '-c', cut])
    // What a run that was killed knows of its databases.
    await execa('rm', ['-f', `${left.folder}/schema-complete`])
    await comesUp(left)
    assert.equal(await sql(left, 'SELECT COUNT(*) FROM apim_lab.marker'), '1')
  })
})
