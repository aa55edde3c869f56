import assert from 'node:assert/strict'
import {execa} from 'execa'
import type {IdentifiedRow} from '../../src/lab-events/link-row.js'
import type {LabStatus} from '../../src/lab/status.js'
import {LABELS} from '../../src/model/labels.js'
import {eventually} from '../support/eventually.js'
import {faultyLab, HEALS_MS, LONG} from './support/faulty-lab.js'
import {runInside} from './support/run-inside.js'
import {docker, type TestLab} from './support/test-lab.js'

/** Of the API artifacts: a volume of its own. */
const FOLDER = '/home/wso2carbon/wso2am-3.2.0/repository/deployment/server/synapse-configs/default'

/** How often the kernel held it back while it counted: of that a busy machine changes nothing, as long as it is given more than the fault leaves it. */
const WORK = `
held() { cat /sys/fs/cgroup/cpu.stat /sys/fs/cgroup/cpu/cpu.stat 2>/dev/null | sed -n 's/^nr_throttled //p'; }
before=$(held)
i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done
echo $(($(held) - before))`
const LITTLE = '0.03'

describe('faults of nodes', function () {
  this.timeout(300_000)
  const faulty = faultyLab('faults-nodes')
  let lab: TestLab

  before(() => {
    lab = faulty.lab()
  })

  const {faults, add, helpers, isFine, healsAfter} = faulty
  const inside = async (node: string, script: string) => {
    const {all} = await execa('docker', ['exec', `${lab.name}-${node}`, 'sh', '-c', script], {reject: false, all: true})
    return all.trim()
  }
  const inGateway = (script: string) => inside('gateway-1', script)
  /** Writes a file of the folder anew. */
  const write = () => inGateway(`echo written >${FOLDER}/written && cat ${FOLDER}/written`)
  const timesHeld = async () => Number(await inside('devportal-1', WORK))

  it('paused stands still, and goes on', async () => {
    const from = Date.now()
    await add('traffic-manager-1', '--pause', '--for', '3s')
    await healsAfter(3, from)
  })

  describe('whose helper was killed', () => {
    /** Those that make faults, not those that guard them. */
    const killMakers = async () => {
      const makers = (await helpers()).filter(({Labels}) => !Labels[LABELS.fault]!.includes('guards'))
      for (const {Id} of makers) await docker.getContainer(Id).kill()
    }
    const states = async () => (await faults()).map(({state}) => state)

    it('is seen, and goes on when that is cleared', async () => {
      await add('traffic-manager-1', '--pause', '--for', LONG)
      await killMakers()
      assert.deepEqual(await states(), ['left'])
      await lab.run(['fault', 'clear'])
      assert.deepEqual(await helpers(), [])
      assert.ok(await isFine())
    })

    it('ends at the deadline all the same: paused, little CPU, read-only, disk full', async () => {
      const from = Date.now()
      await Promise.all([
        add('traffic-manager-1', '--pause', '--for', '8s'),
        add('devportal-1', '--cpu', LITTLE, '--for', '8s'),
        add('mysql', '--db-readonly', '--for', '8s'),
        add('gateway-1', '--disk-full', FOLDER, '--for', '8s'),
      ])
      await killMakers()
      await healsAfter(8, from)
      await eventually('all to end', async () => (await helpers()).length === 0, HEALS_MS)
      assert.deepEqual(await states(), [])
      assert.equal(await timesHeld(), 0)
      assert.equal(await write(), 'written')
      const [row] = await lab.json<readonly IdentifiedRow[]>('links', 'publisher-1->mysql/apimgtdb')
      assert.equal(row!.state, 'ok')
    })

    it('is seen in the node when both containers are gone, and cleared: disk full', async () => {
      const {id} = await add('gateway-1', '--disk-full', FOLDER, '--for', LONG)
      for (const {Id} of await helpers()) await docker.getContainer(Id).remove({force: true})
      assert.deepEqual(
        (await faults()).map(fault => [fault.id, fault.kind, fault.state]),
        [[id, 'disk-full', 'left']],
      )
      assert.match(await write(), /No space left on device/)
      await lab.run(['fault', 'clear'])
      assert.equal(await write(), 'written')
      assert.deepEqual(await faults(), [])
    })
  })

  describe('with a full disk', () => {
    it('writes nothing more there, and reads what is there; all is as it was when that ends', async () => {
      await inGateway(
        'mkdir -p /tmp/full/below; echo before >/tmp/full/below/file; chmod 777 /tmp/full /tmp/full/below',
      )
      const {notes} = await add('gateway-1', '--disk-full', '/tmp/full/', '--for', LONG)
      assert.deepEqual(notes, [])
      for (const change of ['echo new >/tmp/full/new', 'mkdir /tmp/full/below/new', 'echo more >>/tmp/full/below/file'])
        assert.match(await inGateway(change), /No space left on device/, change)
      assert.equal(await inGateway('cat /tmp/full/below/file'), 'before')
      assert.match(await inGateway('df /tmp/full | tail -1'), /100%/)
      // Elsewhere on the same disk there is room.
      assert.equal(await inGateway('echo x >/tmp/elsewhere; cat /tmp/elsewhere'), 'x')
      await lab.run(['fault', 'clear'])
      assert.equal(await inGateway('echo after >>/tmp/full/below/file; cat /tmp/full/below/file'), 'before\nafter')
      assert.equal(await inGateway('grep apim-lab- /proc/mounts; ls /dev | grep apim-lab'), '')
    })

    it('tells what is open already, which can still be written', async () => {
      const script = 'mkdir -p /tmp/full; exec 3>/tmp/full/held; echo open; read x'
      const holder = execa('docker', ['exec', '-i', `${lab.name}-gateway-1`, 'sh', '-c', script])
      const said: string[] = []
      holder.stdout.on('data', (chunk: Buffer) => said.push(chunk.toString()))
      await eventually('a file that is open', () => said.length > 0, HEALS_MS)
      const {notes} = await add('gateway-1', '--disk-full', '/tmp/full', '--for', LONG)
      assert.match(notes[0] ?? '', /^gateway-1: what is open already can still be written: \/tmp\/full\/held/)
      holder.stdin.end('x\n')
      await holder
    })

    it('ends with the run of the node', async () => {
      await add('gateway-1', '--disk-full', FOLDER, '--for', LONG)
      await docker.getContainer(`${lab.name}-gateway-1`).restart()
      assert.equal(await write(), 'written')
      await eventually('its helpers to end', async () => (await helpers()).length === 0, HEALS_MS)
      assert.deepEqual(await faults(), [])
    })

    for (const [folder, why] of [
      ['/nowhere', /gateway-1 has no folder \/nowhere/],
      ['/etc', /is a volume or a file of its own in it/],
    ] as const)
      it(`can't be at ${folder}`, async () => {
        const {exitCode, stderr} = await lab.run(['fault', 'add', 'gateway-1', '--disk-full', folder])
        assert.equal(exitCode, 1)
        assert.match(String(stderr), why)
        assert.deepEqual(await helpers(), [])
      })
  })

  it('with little CPU is held back by the kernel, and no more when that has ended', async () => {
    assert.equal(await timesHeld(), 0)
    await add('devportal-1', '--cpu', LITTLE, '--for', LONG)
    assert.ok((await timesHeld()) > 0)
    await lab.run(['fault', 'clear'])
    assert.equal(await timesHeld(), 0)
  })

  it('without a name server resolves nothing', async () => {
    const look = "require('node:dns').lookup('traffic-manager-1', error => console.log(error?.code ?? 'found'))"
    await add('gateway-1', '--no-dns', '--for', LONG)
    assert.equal((await runInside(lab, 'gateway-1', look)).trim(), 'EAI_AGAIN')
    await lab.run(['fault', 'clear'])
    assert.equal((await runInside(lab, 'gateway-1', look)).trim(), 'found')
  })

  it('read-only takes no changes; links names the fault', async () => {
    const id = 'publisher-1->mysql/apimgtdb'
    const {id: fault} = await add('mysql', '--db-readonly', '--for', LONG)
    const [row] = await lab.json<readonly IdentifiedRow[]>('links', id)
    assert.equal(row!.state, 'broken')
    assert.match(row!.fault!, new RegExp(`fault ${fault}: databases read-only`))
    assert.equal(row!.cause, row!.fault)
    await lab.run(['fault', 'clear'])
    assert.equal((await lab.json<readonly IdentifiedRow[]>('links', id))[0]!.state, 'ok')
  })

  for (const [kind, told] of [
    ['kill', /code 137/],
    ['oom', /out of memory/],
    ['stop', /code 0/],
  ] as const)
    it(`--${kind} ends it until it is started`, async () => {
      const added = await add('devportal-1', `--${kind}`)
      assert.equal(added.until, null)
      const {nodes} = await lab.json<LabStatus>('status')
      assert.match(nodes.find(({name}) => name === 'devportal-1')!.ended!.text, told)
      assert.equal((await lab.run(['start', 'devportal'])).exitCode, 0)
    })
})
