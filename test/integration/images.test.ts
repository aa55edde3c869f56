import type Docker from 'dockerode'
import assert from 'node:assert/strict'
import {homedir} from 'node:os'
import {join} from 'node:path'
import {gzipSync} from 'node:zlib'
import {readAptSources} from '../../src/disk/apt-mirror.js'
import {readDockerConfig} from '../../src/disk/docker-config.js'
import {readImageFiles, readText} from '../../src/disk/image-files.js'
import {readTemplates} from '../../src/disk/templates.js'
import {connect} from '../../src/engine/connect.js'
import {buildImage} from '../../src/engine/images/build.js'
import {ensureLocalImage} from '../../src/engine/images/local.js'
import type {Recipe} from '../../src/engine/images/recipe.js'
import {BASE_IMAGE} from '../../src/model/local-images.js'
import type {LabError} from '../../src/errors.js'
import {renderer} from '../../src/render/templates.js'
import {templates} from '../support/lab.js'
import {MysqlContainers} from './mysql-container.js'

const VERSION = `test-${process.pid}`
const IMAGE = `apim-lab/mysql:${VERSION}`
const TEMPLATES = join(import.meta.dirname, '../../templates')
const INIT = '/docker-entrypoint-initdb.d'
const ROOT = {MYSQL_ROOT_PASSWORD: 'secret'}
const UUID = 'SELECT @@server_uuid'

describe('images made here', function () {
  this.timeout(300_000)
  let docker: Docker
  let all: MysqlContainers

  const build = async (onProgress: (text: string) => void) =>
    ensureLocalImage(docker, 'mysql', {
      version: VERSION,
      templates: await readTemplates(TEMPLATES),
      files: await readImageFiles(join(TEMPLATES, 'images/mysql')),
      baseScript: await readText(join(TEMPLATES, 'images/base/build.sh')),
      readAptSources,
      onProgress,
      signal: new AbortController().signal,
    })

  before(async () => {
    const {env, platform} = process
    const input = {env, home: homedir(), platform, uid: process.getuid?.() ?? 0}
    docker = (await connect({...input, ...(await readDockerConfig(homedir(), env))})).docker
    all = new MysqlContainers(docker, IMAGE)
    await build(() => undefined)
  })

  after(async () => {
    await all.removeAll()
    // Its layers stay, as the ones of the image that labs use.
    await docker.getImage(IMAGE).remove()
  })

  afterEach(() => all.removeAll())

  it('are not built again from the same sources', async () => {
    const {Id} = await docker.getImage(IMAGE).inspect()
    assert.equal(await build(text => assert.fail(text)), Id)
  })

  describe('a build', () => {
    const recipe = (command: string): Recipe => ({
      tag: `apim-lab/broken:${VERSION}`,
      files: new Map([['Dockerfile', {content: Buffer.from(`FROM ${BASE_IMAGE}\nRUN ${command}\n`), mode: 0o644}]]),
      labels: {},
      buildArgs: {},
    })

    it('that fails shows its last 20 lines', async () => {
      const options = {onProgress: () => undefined, signal: new AbortController().signal}
      await assert.rejects(buildImage(docker, recipe('seq 1000 1100; exit 7'), options), (error: LabError) => {
        assert.equal(error.code, 'image-build-failed')
        assert.equal(error.evidence.length, 20)
        assert.ok(error.evidence.includes('1100') && !error.evidence.includes('1000'))
        return true
      })
    })

    it('stops when it is told to', async () => {
      const stop = new AbortController()
      const building = buildImage(docker, recipe(`echo ${VERSION} && sleep 60`), {
        onProgress: text => void (text.startsWith('step 2') && stop.abort(new Error('enough'))),
        signal: stop.signal,
      })
      const start = Date.now()
      await assert.rejects(building, {message: 'enough'})
      assert.ok(Date.now() - start < 40_000)
    })
  })

  it('MySQL runs the init scripts in order, once, and takes passwords from files', async () => {
    const node = await all.start({
      env: {
        MYSQL_ROOT_PASSWORD_FILE: '/run/root-password',
        MYSQL_DATABASE: 'own_db',
        MYSQL_USER: 'own',
        MYSQL_PASSWORD_FILE: '/run/own-password',
      },
      command: ['--max-connections=77'],
      files: {
        '/run/root-password': `it's "all" \\ secret\n`,
        '/run/own-password': 'own-secret',
        [`${INIT}/10-first.sql`]:
          'CREATE TABLE steps (id INT AUTO_INCREMENT PRIMARY KEY, step TEXT);\nINSERT INTO steps (step) VALUES ("first");',
        [`${INIT}/20-second.sh`]: 'docker_process_sql <<< "INSERT INTO steps (step) VALUES (\'second\')"',
        [`${INIT}/30-third.sql.gz`]: gzipSync('INSERT INTO steps (step) VALUES ("third");'),
        [`${INIT}/40-other.txt`]: 'no SQL',
      },
    })
    const root = [`it's "all" \\ secret`] as const
    assert.deepEqual(await node.query('SELECT step FROM own_db.steps ORDER BY id', 'root', ...root), [
      'first',
      'second',
      'third',
    ])
    assert.deepEqual(await node.query('SELECT COUNT(*) FROM own_db.steps', 'own', 'own-secret'), [3])
    assert.deepEqual(await node.query('SELECT @@max_connections', 'root', ...root), [77])
    await assert.rejects(node.login('root', ''), {code: 'ER_ACCESS_DENIED_ERROR'})
    await assert.rejects(node.query('SELECT 1 FROM mysql.user', 'own', 'own-secret'), {
      code: 'ER_TABLEACCESS_DENIED_ERROR',
    })
    assert.match(
      await node.log(),
      /ready for connections.*port: 0[^]*10-first.sql[^]*ignoring.*40-other[^]*ready for connections.*port: 3306/,
    )
  })

  it('MySQL ends when an init script fails, and begins again from an empty database', async () => {
    const bad =
      'CREATE DATABASE half;\nCREATE TABLE half.one (id INT);\n\nINSERT INTO half.two\n  VALUES (1);\nSELECT 1;\n'
    const node = await all.start({env: ROOT, volume: await all.volume(), files: {[`${INIT}/10-bad.sql`]: bad}})
    assert.notEqual(await node.exitCode(), 0)
    const log = await node.log()
    assert.match(log, /ERROR 1146 .* at line 4: Table 'half.two' doesn't exist/)
    assert.match(
      log,
      /10-bad.sql, line 4:\n(?:\[entrypoint\] the first start failed.*\n)?INSERT INTO half.two\n {2}VALUES \(1\);\n\[entrypoint\]/,
    )

    // CREATE DATABASE would fail on what the first attempt left.
    await node.put({[`${INIT}/10-bad.sql`]: bad.replaceAll('half.two', 'half.one')})
    await node.container.start()
    assert.deepEqual(await node.query('SELECT COUNT(*) FROM half.one'), [1])
  })

  it('MySQL begins again from an empty database after it was killed during an init script', async () => {
    const files = {[`${INIT}/10-slow.sh`]: 'docker_process_sql <<< "CREATE DATABASE half"\necho half-way\nsleep 120'}
    const node = await all.start({env: ROOT, volume: await all.volume(), files})
    await node.says(/half-way/)
    const start = Date.now()
    await node.container.stop({t: 30})
    assert.ok(Date.now() - start < 20_000)
    assert.equal((await node.container.inspect()).State.ExitCode, 143)

    await node.put({[`${INIT}/10-slow.sh`]: 'docker_process_sql <<< "CREATE DATABASE half"'})
    await node.container.start()
    assert.deepEqual(await node.query('SHOW DATABASES LIKE "half"'), ['half'])
  })

  it('MySQL behind the start script of a lab forgets what an entrypoint without a mark of its own left half done', async () => {
    const done = 'rm -f /docker-entrypoint-initdb.d/.unfinished'
    const start = renderer(templates())('mysql/start.sh', {})
    const node = await all.start({
      env: ROOT,
      command: ['mysqld'],
      // Writable for MySQL's own user, as the schema service makes it.
      entrypoint: ['bash', '-c', `chmod 777 ${INIT} && exec bash /start.sh "$@"`, 'start'],
      volume: await all.volume(),
      files: {
        '/start.sh': start,
        '/var/lib/mysql/mysql/half': 'what the official image takes for a database',
        [`${INIT}/.unfinished`]: '',
        [`${INIT}/10-first.sql`]: 'CREATE DATABASE whole;',
        [`${INIT}/95-done.sh`]: done,
      },
    })
    assert.deepEqual(await node.query('SHOW DATABASES LIKE "whole"'), ['whole'])
    assert.match(await node.log(), /the first start was not finished: it begins again/)
    await node.container.restart()
    assert.deepEqual(await node.query('SHOW DATABASES LIKE "whole"'), ['whole'])
    assert.equal((await node.log()).match(/begins again/g)?.length, 1)
  })

  it('MySQL behind the start script of a lab does not start on half a copy, and makes its databases anew where it has scripts', async () => {
    const start = renderer(templates())('mysql/start.sh', {})
    const half = {'/start.sh': start, '/var/lib/mysql/mysql/half': 'copied', '/var/lib/mysql/.copying': ''}
    const lab = {env: ROOT, command: ['mysqld'], entrypoint: ['bash', '/start.sh']}
    const without = await all.start({...lab, volume: await all.volume(), files: half})
    assert.equal(await without.exitCode(), 1)
    assert.match(await without.log(), /no scripts to make them from: apim-lab up makes them/)
    const scripts = {[`${INIT}/10-first.sql`]: 'CREATE DATABASE whole;'}
    const node = await all.start({...lab, volume: await all.volume(), files: {...half, ...scripts}})
    assert.deepEqual(await node.query('SHOW DATABASES LIKE "whole"'), ['whole'])
  })

  it('MySQL keeps the data of a volume, each volume a server of its own', async () => {
    const volume = await all.volume()
    const first = await all.start({env: ROOT, volume, files: {[`${INIT}/1.sql`]: 'CREATE DATABASE kept;'}})
    const [uuid] = await first.query(UUID)
    await first.container.remove({force: true})

    // Neither a password nor the scripts are asked for again.
    const second = await all.start({volume, files: {[`${INIT}/1.sql`]: 'no SQL;'}})
    assert.deepEqual(await second.query('SHOW DATABASES LIKE "kept"'), ['kept'])
    assert.deepEqual(await second.query(UUID), [uuid])

    const other = await all.start({env: ROOT})
    assert.notDeepEqual(await other.query(UUID), [uuid])
    const KEY = 'SHOW STATUS LIKE "Caching_sha2_password_rsa_public_key"'
    const [[, oneKey], [, otherKey]] = [await second.query(KEY), await other.query(KEY)]
    assert.match(String(oneKey), /BEGIN PUBLIC KEY/)
    assert.notEqual(oneKey, otherKey)
  })

  it('MySQL leaves data alone that another image made', async () => {
    const volume = await all.volume()
    const first = await all.start({env: ROOT, volume})
    await first.query('CREATE DATABASE foreign_data')
    // Whatever the server has never seen may lie beside its data.
    await first.put({'/var/lib/mysql/notes': 'x'})
    await first.container.stop()
    const second = await all.start({volume})
    assert.deepEqual(await second.query('SHOW DATABASES LIKE "foreign_data"'), ['foreign_data'])
  })

  it('MySQL refuses to start without a root password', async () => {
    const node = await all.start({})
    assert.equal(await node.exitCode(), 1)
    assert.match(await node.log(), /set MYSQL_ROOT_PASSWORD or MYSQL_ROOT_PASSWORD_FILE/)
  })

  it('MySQL ends cleanly when it is stopped', async () => {
    const node = await all.start({env: ROOT})
    await node.query('SELECT 1')
    const start = Date.now()
    await node.container.stop({t: 30})
    assert.ok(Date.now() - start < 20_000)
    assert.equal((await node.container.inspect()).State.ExitCode, 0)
  })

  it('runs another command as it is', async () => {
    const node = await all.start({command: ['mysqld', '--version']})
    assert.equal(await node.exitCode(), 0)
    const other = await all.start({command: ['echo', 'as it is']})
    assert.equal(await other.exitCode(), 0)
    assert.match(await other.log(), /as it is/)
  })
})
