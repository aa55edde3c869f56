import assert from 'node:assert/strict'
import {stat, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import type {LabStatus} from '../../src/lab/status.js'
import {assertComplaint, assertComplaintJson, type Complaint} from '../support/command-line.js'
import {eventually} from '../support/eventually.js'
import {MINI_IMAGE, onTerminal} from './support/terminal.js'
import {docker, NOTHING, TestLab, volumesOf} from './support/test-lab.js'

const NODES = 9
const OVERLAYS = {
  fine: '# nothing\n',
  exits: '[user_store]\ntype = "nonsense"\n',
  waits: '[apim.key_manager]\nservice_url = "https://nowhere:9443/services/"\n',
}

describe('nodes that do not come up', function () {
  this.timeout(120_000)
  let lab: TestLab

  const overlay = (kind: keyof typeof OVERLAYS) => writeFile(join(lab.workingDirectory, 'gateway.toml'), OVERLAYS[kind])

  const labFile = (components: string) =>
    writeFile(join(lab.workingDirectory, 'apim-lab.yaml'), `components:\n${components}`)

  before(async () => {
    lab = await TestLab.create('nodes')
    await labFile('  gateway:\n    overlay: gateway.toml\n')
  })
  after(() => lab.remove())

  const exited: Complaint = {
    exit: 1,
    code: 'node-exited',
    message: /gateway-1 exited with code 1/,
    evidence: /gateway-1: deployment\.toml: key user_store\.type: Validation failed for user_store\.type/,
    next: /apim-lab logs gateway-1 --lab t-nodes/,
  }

  it('a mistake that can be seen in a file is told before anything is made', async () => {
    await overlay('exits')
    assertComplaint(await lab.up(), {
      exit: 1,
      code: 'lint-failed',
      message: /gateway\.toml:2:\d+: .*user_store\.type/,
      next: /apim-lab lint .*\n.*apim-lab up --force/,
    })
    assert.deepEqual(await lab.remains(), NOTHING)
  })

  it('a node that exits is told with its last lines, and --rollback removes what this run made', async () => {
    await overlay('exits')
    assertComplaint(await lab.up('--force', '--rollback'), exited)
    assert.deepEqual(await lab.remains(), NOTHING)
    await assert.rejects(stat(lab.folder), {code: 'ENOENT'})
  })

  it('a node that never gets ready is told with its probe and what that last said; the scene stays', async () => {
    await overlay('waits')
    assertComplaint(await lab.up('--force', '--timeout', '15'), {
      exit: 1,
      code: 'node-not-ready',
      message: /gateway-1 did not become ready within 15 s \(last probe: .*, got: .*waiting for .*nowhere/,
      next: /apim-lab logs gateway-1 --lab t-nodes\n.*apim-lab up --force --timeout 30 --lab t-nodes/,
    })
    const {containers} = await lab.remains()
    assert.equal(containers.length, NODES)
  })

  it('Ctrl-C on a terminal is exit 130, and the cursor is there again', async () => {
    const terminal = await onTerminal(lab, ['up', '--release', 'mini', '--offline', '--force'])
    try {
      await terminal.shows(/gateway-1 +waiting, /)
      terminal.type('\u0003')
      assert.equal(await terminal.exitCode(), 130, terminal.text())
      await terminal.shows(/Stopped as asked/)
      assert.ok(terminal.cursorIsShown(), JSON.stringify(terminal.text()))
    } finally {
      await terminal.close()
    }
  })

  for (const [signal, status] of [
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)
    it(`${signal} while it waits is exit ${status}`, async () => {
      const child = lab.up('--force')
      let told = ''
      child.stderr!.on('data', (chunk: Buffer) => {
        told += chunk.toString()
        // A second one would end it at once.
        if (!child.killed && /gateway-1: waiting, /.test(told)) child.kill(signal)
      })
      assertComplaint(await child, {
        exit: status,
        code: 'aborted',
        message: /Stopped as asked/,
        next: /apim-lab up .*continues where it stopped/,
      })
    })

  it('a node that exits after a change leaves all the others, and says so as JSON', async () => {
    await overlay('exits')
    assertComplaintJson(await lab.up('--force', '--json', '--rollback'), exited)
    const {containers, volumes} = await lab.remains()
    assert.equal(containers.length, NODES - 1, 'all but the one that this run made')
    assert.deepEqual(volumes, volumesOf('t-nodes'))
  })

  it('comes up once the overlay is right', async () => {
    await overlay('fine')
    const {exitCode, stderr} = await lab.up()
    assert.equal(exitCode, 0, String(stderr))
    const {ready, nodes} = await lab.json<LabStatus>('status')
    assert.equal(nodes.length, NODES)
    assert.ok(ready)
  })

  it('a node that is made anew with another address is found again by those that call it', async () => {
    await lab.container('gateway-1').remove({force: true})
    // Takes the address that has become free.
    const other = await docker.createContainer({
      name: 't-nodes-other',
      Image: MINI_IMAGE,
      Entrypoint: ['sleep', '600'],
      HostConfig: {NetworkMode: 't-nodes_lab'},
    })
    try {
      await other.start()
      const {exitCode, stderr} = await lab.up()
      assert.equal(exitCode, 0, String(stderr))
      await eventually('the lab is ready again', async () => (await lab.json<LabStatus>('status')).ready, 30_000)
    } finally {
      await other.remove({force: true})
    }
  })

  it('a node with an impossible name is unknown, and its name harmless', async () => {
    for (const name of ['../x', 'a b', '$(id)'])
      assertComplaint(await lab.run(['logs', name]), {
        exit: 2,
        code: 'node-unknown',
        message: /Lab t-nodes has no node "/,
        next: /apim-lab status --lab t-nodes/,
      })
  })

  it('a failed up on a kept volume keeps it, --rollback or not', async () => {
    assert.equal((await lab.run(['down'])).exitCode, 0)
    await overlay('exits')
    assertComplaint(await lab.up('--force', '--rollback'), exited)
    assert.deepEqual(await lab.remains(), {...NOTHING, volumes: volumesOf('t-nodes')})
    await stat(lab.folder)
  })
})
