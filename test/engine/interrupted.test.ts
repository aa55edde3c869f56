import assert from 'node:assert/strict'
import {mkdir, mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import type Docker from 'dockerode'
import {containerOptions} from '../../src/engine/container-options.js'
import {openDocker} from '../../src/engine/docker.js'
import {containerEnds, type ContainerEnds} from '../../src/engine/events.js'
import {execute} from '../../src/engine/execute.js'
import {Performer} from '../../src/engine/operations/perform.js'
import {LabError} from '../../src/errors.js'
import {LABELS} from '../../src/model/labels.js'
import type {Operation} from '../../src/plan/operations.js'
import type {ComposeProject} from '../../src/render/compose.js'
import {eventually} from '../support/eventually.js'
import {rendered} from '../support/lab.js'
import {StubEngine} from './stub/stub-engine.js'

const NODE = 'gateway-1'
const NOTHING = {containers: [], networks: [], volumes: []}
const SIGNAL = new AbortController().signal

const operation = (step: object) =>
  ({id: 1, subject: NODE, cause: 'a test', after: [], ...step}) as unknown as Operation

describe('an engine that was interrupted', () => {
  let stub: StubEngine
  let docker: Docker
  let folder: string
  let project: ComposeProject
  let ends: ContainerEnds

  before(async () => {
    ;({project} = rendered())
    folder = await mkdtemp(join(tmpdir(), 'apim-lab-interrupted-'))
    await mkdir(join(folder, 'config', NODE), {recursive: true})
    stub = await StubEngine.start({images: {[project.services[NODE]!.image]: {Cmd: ['node']}}})
    docker = openDocker(stub.socket, '1.41')
    ends = containerEnds(docker, 'apim')
  })
  after(async () => {
    ends.close()
    await stub.close()
    await rm(folder, {recursive: true, force: true})
  })
  beforeEach(() => stub.reset())

  const performer = () => new Performer({docker, folder, project, observed: NOTHING, ends})
  const create = operation({kind: 'create-container', service: NODE})
  const createLab = operation({kind: 'create-network', key: 'lab'})

  const made = async (labels: Record<string, string> = {}) => {
    const options = containerOptions(project, NODE, folder)
    return docker.createContainer({...options, Labels: {...options.Labels, ...labels}})
  }

  it('has made a container after all: it is taken, if it is the one that is wanted', async () => {
    const one = performer()
    await one.perform(createLab, SIGNAL)
    const {id} = await made()
    await one.perform(create, SIGNAL)
    await one.perform(operation({kind: 'start-container', service: NODE}), SIGNAL)
    assert.equal((await docker.getContainer(id).inspect()).State.Running, true)
  })

  it('has another container of that name: the error names its owner', async () => {
    const one = performer()
    await one.perform(createLab, SIGNAL)
    await made({[LABELS.lab]: 'other'})
    await assert.rejects(one.perform(create, SIGNAL), {code: 'settings-conflict', message: /belongs to lab other/})
  })

  it('has made a network after all: it is taken, if it is of this lab', async () => {
    await performer().perform(createLab, SIGNAL)
    await performer().perform(createLab, SIGNAL)
    assert.equal(stub.snapshot().networks.length, 1)
    stub.reset()
    await docker.createNetwork({Name: project.networks['lab']!.name})
    await assert.rejects(performer().perform(createLab, SIGNAL), {statusCode: 409})
  })

  it('refuses a removal: that is told at once, and not waited for', async () => {
    const one = performer()
    await one.perform(createLab, SIGNAL)
    const {id} = await made()
    stub.resetCalls()
    stub.failAt(1, '409')
    const started = Date.now()
    const removal = one.perform(operation({kind: 'remove-container', container: id}), SIGNAL)
    await assert.rejects(removal, {statusCode: 409})
    assert.ok(Date.now() - started < 15_000)
  })

  for (const fault of ['500', 'half', 'hang-up'] as const)
    it(`tells no more events (${fault}): the end of a container is noticed all the same`, async () => {
      stub.failAt(1, fault)
      const own = containerEnds(docker, 'apim')
      try {
        await eventually('the engine is asked', () => stub.calls.length === 1)
        // Half of this one is sent.
        stub.world.emit('container', 'die', 'other', {[LABELS.lab]: 'apim'})
        await own.next('any', AbortSignal.timeout(5000))
        await own.next('any', AbortSignal.timeout(5000))
      } finally {
        own.close()
      }
    })

  it('fails at one operation, and others are abandoned: the first failure is told, and not its echo', async () => {
    const plan = [
      operation({id: 1, kind: 'create-network', key: 'lab'}),
      operation({id: 2, kind: 'create-network', key: 'db'}),
    ]
    const perform = async ({id}: Operation, signal: AbortSignal) => {
      if (id === 2) throw Object.assign(new Error('no'), {statusCode: 500})
      await new Promise(resolve => signal.addEventListener('abort', resolve))
      throw new Error('an echo')
    }
    const reporter = {begin: () => undefined, on: () => undefined, end: () => undefined}
    await assert.rejects(execute(plan, perform, {reporter, signal: SIGNAL}), (error: unknown) => {
      assert.ok(error instanceof LabError)
      return error.code === 'engine-failed'
    })
  })
})
