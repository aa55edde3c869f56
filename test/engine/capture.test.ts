import assert from 'node:assert/strict'
import {readFile, rm, stat} from 'node:fs/promises'
import {join} from 'node:path'
import {LabError} from '../../src/errors.js'
import {capture, type CaptureResult} from '../../src/lab/capture/capture.js'
import type {LabContext} from '../../src/lab/context.js'
import {formsOf} from '../../src/model/redactor.js'
import {assertComplaint} from '../support/command-line.js'
import {unzip} from '../support/unzip.js'
import {end, print} from './stub/life.js'
import type {ExecResult} from './stub/model.js'
import {prepareLab, type PreparedLab, type SweepLab} from './support/sweep-lab.js'

describe('capturing a lab', function () {
  this.timeout(300_000)
  let prepared: PreparedLab
  let lab: SweepLab
  let file: string

  before(async () => {
    prepared = await prepareLab('capture', 13_100)
    lab = prepared.lab
    file = join(lab.folder, 'capture.zip')
  })
  after(() => prepared.close())
  beforeEach(() => lab.begin('down'))
  afterEach(() => rm(file, {force: true}))

  const node = (name: string) => lab.stub.world.container(`sweep-${name}`)
  const runs = (name: string, exec: (command: readonly string[], stdin: string) => ExecResult) =>
    Object.assign(node(name), {behaviour: {...node(name).behaviour, exec}})

  /** In this process; what is in the file, by path. */
  async function captured({data = false, engine}: {data?: boolean; engine?: LabContext['engine']} = {}) {
    const result = await lab.use((name, context) =>
      capture(
        {lab: name, path: file, workingDirectory: lab.folder, force: true, since: 0n, data, host: {node: 'v20'}},
        {...context, ...(engine && {engine})},
      ),
    )
    const files = new Map(
      [...(await unzip(file))].map(([path, content]) => [
        path.replace(/^capture-sweep\//, ''),
        content.toString('utf8'),
      ]),
    )
    return {result, files, why: (what: string) => result.leftOut.find(it => it.what === what)?.why}
  }

  /** Every secret of the lab: those that it made, and its key. */
  async function secrets(): Promise<readonly string[]> {
    const values = JSON.parse(await readFile(join(lab.paths.lab, 'secrets.json'), 'utf8')) as object
    const key = await readFile(join(lab.paths.lab, 'tls/key.pem'), 'utf8')
    const strings = (value: unknown): readonly string[] =>
      typeof value === 'string' ? [value] : Object.values(value as object).flatMap(strings)
    return [...strings(values), ...key.split('\n').filter(line => line.length > 40)]
  }

  it('is one file that only its owner may read, which has all that it names', async () => {
    const {exitCode, stdout, stderr} = await lab.spawn(['capture', '--output', file, '--json'])
    assert.equal(exitCode, 0, `${stdout}\n${stderr}`)
    assert.equal((await stat(file)).mode & 0o777, 0o600)
    const {parts, leftOut, ...result} = JSON.parse(String(stdout)) as CaptureResult
    assert.equal(result.file, file)
    assert.equal(result.sizeBytes, (await stat(file)).size)
    const files = await unzip(file)
    for (const {path, bytes} of parts) assert.equal(files.get(`capture-sweep/${path}`)?.length, bytes, path)
    const paths = parts.map(({path}) => path)
    for (const path of [
      'status.json',
      'links.json',
      'lint.json',
      'faults.json',
      'timeline.html',
      'timeline.ndjson',
      'versions.json',
      'images.json',
      'lab/settings.json',
      'rendered/compose.yaml',
      'rendered/config/gateway-1/repository/conf/deployment.toml',
      'logs/gateway-1.txt',
      'containers/mysql.json',
      'database/apimgtdb.sql',
    ])
      assert.ok(paths.includes(path), `${path} of ${paths.join(', ')}; ${JSON.stringify(leftOut)}`)
    assert.match(String(files.get('capture-sweep/index.html')), /gateway-1/)
    assert.equal(leftOut.find(({what}) => what === 'verify')?.why, 'it has not run in this lab')
    assert.equal(leftOut.find(({what}) => what === 'JVMs')?.why, 'no node of this lab is a Java program')
  })

  it('replaces no file without being told', async () => {
    await captured()
    const again = await lab.spawn(['capture', '--output', file])
    assertComplaint(again, {exit: 1, code: 'file-unusable', message: /^There is a file already/, next: /--force/})
  })

  it('has no secret of the lab in it, in any form', async () => {
    const all = await secrets()
    assert.ok(all.length > 8)
    const forms = all.flatMap(formsOf)
    for (const [i, secret] of all.entries()) {
      print(lab.stub.world, node('gateway-1'), `${i} ${formsOf(secret).join(' ')}`)
      print(lab.stub.world, node('gateway-1'), `${i} ${Buffer.from(`lab-admin:${secret}`).toString('base64')}`)
    }
    runs('mysql', command => ({stdout: `-- ${command.join(' ')}\n${forms.slice(0, 40).join('\n')}`}))
    const {files} = await captured()
    assert.match(files.get('logs/gateway-1.txt')!, /\*\*\*/)
    assert.match(files.get('rendered/config/mysql/init.sql')!, /\*\*\*/)
    for (const [path, text] of files) {
      const found = forms.find(form => text.includes(form))
      assert.equal(found, undefined, `${path} has ${found}`)
      for (const secret of all)
        for (const before of ['', 'x', 'xy'])
          assert.ok(
            !text.includes(Buffer.from(`${before}${secret}`).toString('base64').slice(4, -4)),
            `${path}, base64`,
          )
    }
  })

  it('tells of each part that could not be had, and has the others', async () => {
    end(lab.stub.world, node('mysql'), 137)
    end(lab.stub.world, node('gateway-1'), 1)
    lab.stub.world.containers.delete(node('key-manager-1').id)
    const {files, why} = await captured()
    assert.equal(why('databases'), 'mysql is stopped')
    assert.match(files.get('index.html')!, /mysql is stopped/)
    assert.match(files.get('status.json')!, /"exited"/)
    assert.ok(files.has('logs/gateway-1.txt'))
    assert.ok(files.has('rendered/compose.yaml'))
  })

  it('is made without an engine too, of what the folder of the lab has', async () => {
    const gone = new LabError('engine-unreachable', 'No engine answers.')
    const {files, why} = await captured({engine: () => Promise.reject(gone)})
    assert.equal(why('Status of every node'), 'No engine answers.')
    assert.ok(files.has('rendered/compose.yaml'))
    assert.ok(files.has('lab/settings.json'))
  })

  it('is made with damaged files: what may have secrets is left out where they are not known', async () => {
    await rm(join(lab.paths.lab, 'secrets.json'))
    const {files, why} = await captured()
    assert.match(why('config/mysql/init.sql') ?? '', /secrets can't be read/)
    assert.ok(!files.has('rendered/config/mysql/init.sql'))
  })

  it('has rows of the databases where they are asked for, without what columns call a secret', async () => {
    const asked: string[] = []
    runs('mysql', (command, stdin) => {
      asked.push(stdin)
      if (command[0] !== 'mysql') return {stdout: 'CREATE TABLE AM_API (API_ID int);\n'}
      if (stdin.includes('information_schema')) return {stdout: 'AM_API\tAPI_ID\nAPPS\tNAME\nAPPS\tCONSUMER_SECRET\n'}
      return {stdout: '# AM_API API_ID\n7\n'}
    })
    const {files, why} = await captured({data: true})
    assert.equal(files.get('database/apimgtdb.sql'), 'CREATE TABLE AM_API (API_ID int);\n')
    assert.equal(files.get('database/apimgtdb.rows.txt'), '# AM_API API_ID\n7\n')
    assert.ok(
      asked.some(text => text.includes("SELECT `NAME`, '***' FROM `APPS` LIMIT 1000;")),
      asked.join('\n'),
    )
    assert.match(why('apimgtdb: values of 1 columns') ?? '', /secrets/)
    assert.equal(why('rows of the databases'), undefined)
  })

  it('tells of a dump that failed', async () => {
    runs('mysql', () => ({exitCode: 2, stderr: 'a warning\nmysqldump: Got error 1049\n'}))
    assert.equal((await captured()).why('database apimgtdb'), 'mysqldump: Got error 1049')
  })

  it('is of a lab that there is', async () => {
    assertComplaint(await lab.spawn(['capture', '--lab', 'nothere']), {
      exit: 1,
      code: 'lab-not-found',
      message: /^There is no lab nothere/,
    })
    assertComplaint(await lab.spawn(['capture', '--output', 'a.tar']), {
      exit: 2,
      code: 'usage-invalid',
      message: /does not end with .zip/,
      next: /a\.tar\.zip/,
    })
  })

  it('asks no JVM of a node that is not a Java program, and says where there is one', async () => {
    assertComplaint(await lab.spawn(['jvm', 'gateway-1', 'threads']), {
      exit: 1,
      code: 'jvm-unavailable',
      message: /^gateway-1 has no JVM: Gateway of this lab is not a Java program/,
      next: /up --release \d\.\S+ --lab another-name \(its gateway is one\)/,
    })
    assertComplaint(await lab.spawn(['jvm', 'gateway-1', 'heap', '--seconds', '3']), {
      exit: 2,
      code: 'usage-invalid',
      message: /are for flight-recorder/,
    })
  })

  it('shows lines of a log by an expression, and none for ever', async () => {
    print(lab.stub.world, node('gateway-1'), `${'a'.repeat(60)}b`)
    print(lab.stub.world, node('gateway-1'), 'call id-1 asked')
    print(lab.stub.world, node('key-manager-1'), 'call id-1 answered')
    print(lab.stub.world, node('key-manager-1'), 'call id-2 answered')
    const grep = await lab.spawn(['logs', '--grep', 'call .*-2'])
    assert.match(String(grep.stdout), /^key-manager-1 +\| call id-2 answered$/)
    const correlated = await lab.spawn(['logs', '--correlate', 'id-1', '--json'])
    const lines = String(correlated.stdout)
      .split('\n')
      .map(line => JSON.parse(line) as {node: string; line: string})
    assert.deepEqual(
      lines.map(({node: name, line}) => `${name} ${line}`),
      ['gateway-1 call id-1 asked', 'key-manager-1 call id-1 answered'],
    )
    for (const follow of [[], ['--follow']])
      assertComplaint(await lab.spawn(['logs', ...follow, '--tail', 'all', '--grep', '^(a+)+$']), {
        exit: 2,
        code: 'usage-invalid',
        message: /takes longer than 1000 ms/,
        next: /repetition inside a repetition/,
      })
  })
})
