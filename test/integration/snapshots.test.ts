import assert from 'node:assert/strict'
import {existsSync, readFileSync} from 'node:fs'
import {readFile, stat} from 'node:fs/promises'
import {join} from 'node:path'
import {setTimeout as delay} from 'node:timers/promises'
import type {LabStatus} from '../../src/lab/status.js'
import type {SaveResult} from '../../src/lab/snapshots/save.js'
import type {RestoreResult} from '../../src/lab/snapshots/restore.js'
import {LABELS} from '../../src/model/labels.js'
import {apimLab, assertComplaint} from '../support/command-line.js'
import {eventually} from '../support/eventually.js'
import {docker, NOTHING, remainsOf, TestLab} from './support/test-lab.js'

const CALLBACK = "SELECT CALLBACK_URL FROM apimgtdb.IDN_OAUTH_CONSUMER_APPS WHERE APP_NAME='kept'"

describe('snapshots of a lab of mini', function () {
  this.timeout(240_000)
  let lab: TestLab
  let branch: string

  before(async () => {
    lab = await TestLab.create('snapshots')
    branch = `${lab.name}-b`
    const {exitCode, stderr} = await lab.up('--no-analytics')
    assert.equal(exitCode, 0, String(stderr))
  })
  after(async () => {
    await run(['down', '--volumes'], branch)
    for (const name of ['one', 'two', 'cut', 'hung', 'taken']) await lab.run(['snapshot', 'delete', name])
    await lab.run(['snapshot', 'prune'])
    await lab.remove()
    assert.deepEqual(await snapshotVolumes(), [])
    assert.deepEqual(await remainsOf(branch), NOTHING)
  })

  /** `--lab` can stand before what `exec` runs only; the branch has another lab. */
  const run = (args: readonly string[], name = lab.name) =>
    apimLab(args, {cwd: lab.workingDirectory, env: {...lab.environment, APIM_LAB: name}})

  const snapshotVolumes = async () => {
    const {Volumes} = await docker.listVolumes({filters: {label: [`${LABELS.snapshotLab}=${lab.name}`]}})
    return (Volumes ?? []).map(({Name}) => Name)
  }

  const sql = async (text: string, name = lab.name) => {
    const command = ['mysql', '--defaults-extra-file=/etc/apim-lab/admin.cnf', '-N', '-B', '-e', text]
    const {exitCode, stdout, stderr} = await run(['exec', 'mysql', '--', ...command], name)
    assert.equal(exitCode, 0, String(stderr))
    return String(stdout).trim()
  }
  const apis = async () => Number(await sql('SELECT COUNT(*) FROM apimgtdb.AM_API'))

  const containers = async () => {
    const found = await docker.listContainers({filters: {label: [`${LABELS.lab}=${lab.name}`, LABELS.node]}})
    return found.map(({Id}) => Id).toSorted()
  }

  it('save, change, restore: the API that came later is gone, and no container is another one', async () => {
    const url = `https://devportal.${lab.name}.localhost:${9443 + lab.portOffset}/cb`
    await sql(
      `INSERT INTO apimgtdb.IDN_OAUTH_CONSUMER_APPS (CONSUMER_KEY, APP_NAME, CALLBACK_URL, OAUTH_VERSION, USERNAME, TENANT_ID) VALUES ('kept', 'kept', '${url}', 'OAuth-2.0', 'admin', -1234)`,
    )
    const saved = await lab.json<SaveResult>('snapshot', 'save', 'one')
    // How long it may be is for the bench to say, on a machine that does nothing else.
    assert.ok(saved.frozenMs! > 0)
    const before = await apis()
    const nodes = await containers()
    const {exitCode, stderr} = await lab.run(['up', '--seed', '--offline'])
    assert.equal(exitCode, 0, String(stderr))
    assert.equal(await apis(), before + 1)
    assert.equal((await lab.run(['snapshot', 'save', 'two'])).exitCode, 0)

    const restored = await lab.json<RestoreResult>('snapshot', 'restore', 'one')
    assert.ok(restored.volumes.includes('mysql'))
    assert.equal(await apis(), before)
    assert.deepEqual(await containers(), nodes)
    const {ready} = await lab.json<LabStatus>('status')
    assert.equal(ready, true)
    assert.match(String((await lab.up('--no-analytics')).stdout), /Nothing to do/)
  })

  it('restore the later one: the API is there again, and the gateway has it', async () => {
    assert.equal((await lab.run(['snapshot', 'restore', 'two'])).exitCode, 0)
    assert.equal(await apis(), 1)
    const {stdout} = await run([
      'exec',
      'gateway-1',
      '--',
      'sh',
      '-c',
      'ls wso2am-3.2.0/repository/deployment/server/synapse-configs/default/api',
    ])
    assert.match(String(stdout), /\.json/)
  })

  it('killed while it saves: the nodes go on by themselves, and the next save takes away what is left', async () => {
    const child = lab.run(['snapshot', 'save', 'cut'])
    const ended = child.then(() => true)
    const journal = `${lab.folder}.journal`
    // Written right before nodes are frozen.
    while (!existsSync(journal) && !(await Promise.race([ended, delay(1, false)])));
    child.kill('SIGKILL')
    await child
    const stopped = async (node: string) => {
      const script = 'grep -l "^State:.[Tt]" /proc/[0-9]*/status'
      return String((await run(['exec', node, '--', 'sh', '-c', script])).stdout).trim()
    }
    for (const node of ['gateway-1', 'mysql']) await eventually('it goes on', async () => (await stopped(node)) === '')
    await lab.run(['snapshot', 'delete', 'cut'])
    assert.equal((await lab.run(['snapshot', 'save', 'cut'])).exitCode, 0)
    assert.equal((await snapshotVolumes()).length, 3)
    assert.equal((await lab.json<LabStatus>('status')).ready, true)
  })

  it('the helper that froze the nodes killed, and the command hung: another one lets them go on, in time', async () => {
    const {State} = await lab.container('mysql').inspect()
    const isStopped = () => /^State:\s+[Tt]/m.test(readFileSync(`/proc/${State.Pid}/status`, 'utf8'))
    const child = lab.run(['snapshot', 'save', 'hung'])
    let isOver = false
    void child.then(() => (isOver = true))
    // As long as it takes to copy what has changed: a command that stands still itself does not end it.
    while (!isStopped() && !isOver) await delay(1)
    child.kill('SIGSTOP')
    try {
      assert.ok(isStopped(), 'it was not seen')
      const filters = {label: [`${LABELS.lab}=${lab.name}`, LABELS.helper]}
      const helpers = await docker.listContainers({filters})
      const freezer = helpers.find(({Mounts}) => Mounts.length > 0)
      await docker.getContainer(freezer!.Id).kill()
      assert.ok(isStopped(), 'they went on with their helper')
      await eventually('they go on', () => !isStopped(), 120_000)
    } finally {
      child.kill('SIGKILL')
      await child
    }
    assert.equal((await lab.run(['snapshot', 'save', 'hung'])).exitCode, 0)
    assert.equal((await lab.run(['snapshot', 'delete', 'hung'])).exitCode, 0)
    assert.equal((await lab.json<LabStatus>('status')).ready, true)
  })

  it('branch beside it: URLs that are stored are the new lab’s', async () => {
    const offset = String(lab.portOffset + 40)
    const {exitCode, stderr} = await run([
      'snapshot',
      'branch',
      'two',
      '--from',
      lab.name,
      '--port-offset',
      offset,
      '--lab',
      branch,
    ])
    assert.equal(exitCode, 0, String(stderr))
    assert.equal(await sql(CALLBACK, branch), `https://devportal.${branch}.localhost:${9443 + Number(offset)}/cb`)
    assert.equal(await sql('SELECT COUNT(*) FROM apimgtdb.AM_API', branch), '1')
    assert.equal((await run(['links'], branch)).exitCode, 0)
    assert.equal((await run(['down', '--volumes'], branch)).exitCode, 0)
  })

  it('export and import: the file is private, and what came out of it can be restored', async () => {
    const file = join(lab.workingDirectory, 'one.tar.zst')
    assert.equal((await lab.run(['snapshot', 'export', 'one', file])).exitCode, 0)
    assert.equal((await stat(file)).mode & 0o777, 0o600)
    assert.equal((await readFile(file)).readUInt32LE(0), 0xfd2fb528)
    assertComplaint(await lab.run(['snapshot', 'import', file]), {
      exit: 1,
      code: 'snapshot-taken',
      message: /one already/,
      next: /--name one-2/,
    })
    assert.equal((await lab.run(['snapshot', 'import', file, '--name', 'taken'])).exitCode, 0)
    assert.equal((await lab.run(['snapshot', 'restore', 'taken'])).exitCode, 0)
    assert.equal(await apis(), 0)
    assert.match(await sql(CALLBACK), /devportal/)
    assert.equal((await lab.json<LabStatus>('status')).ready, true)
  })
})
