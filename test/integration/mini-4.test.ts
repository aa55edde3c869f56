import assert from 'node:assert/strict'
import type {LabStatus} from '../../src/lab/status.js'
import type {VerifyResult} from '../../src/lab/verify/verify.js'
import {shell} from './support/doubles.js'
import {inSteps} from './support/in-steps.js'
import {NOTHING, TestLab} from './support/test-lab.js'

/** Where a gateway has the APIs that it has fetched. */
const APIS = '/home/wso2carbon/wso2am-3.2.0/repository/deployment/server/synapse-configs/default/api'

describe('release mini-4, as 4.x is', function () {
  this.timeout(300_000)
  inSteps()
  let lab: TestLab

  before(async () => {
    lab = await TestLab.create('mini-4')
  })
  after(() => lab.remove())

  const up = (...args: readonly string[]) =>
    lab.run(['up', '--release', 'mini-4', '--offline', '--port-offset', String(lab.portOffset), ...args])
  const broken = async () => {
    const {stdout, exitCode} = await lab.run(['links'])
    return [exitCode, String(stdout).match(/^.*✗.*$/gm) ?? []]
  }

  it('comes up, with an API that was called', async () => {
    const {exitCode, stderr} = await up('--seed')
    assert.equal(exitCode, 0, String(stderr))
    const {ready, nodes} = await lab.json<LabStatus>('status')
    assert.deepEqual(
      [ready, nodes.map(({name}) => name).toSorted()],
      [true, ['control-plane-1', 'gateway-1', 'load-balancer', 'mysql', 'traffic-manager-1']],
    )
  })

  it('has a gateway that starts later and fetches what is deployed, without a change of the others', async () => {
    const started = () =>
      Promise.all(
        ['control-plane-1', 'traffic-manager-1', 'gateway-1', 'mysql'].map(
          async node => (await lab.container(node).inspect()).State.StartedAt,
        ),
      )
    const before = await started()
    const {exitCode, stderr} = await up('--scale', 'gateway=2')
    assert.equal(exitCode, 0, String(stderr))
    assert.deepEqual(await started(), before)
    const files = async (node: string) => (await shell(lab.container(node), `ls ${APIS}`)).trim()
    assert.match(await files('gateway-2'), /^[\w-]+\.json$/)
    assert.equal(await files('gateway-2'), await files('gateway-1'))
  })

  it('grows to two control planes and two traffic managers', async () => {
    const {exitCode, stderr} = await up('--scale', 'control-plane=2', '--scale', 'traffic-manager=2')
    assert.equal(exitCode, 0, String(stderr))
    const {ready, nodes} = await lab.json<LabStatus>('status')
    const pairs = ['control-plane', 'gateway', 'traffic-manager'].flatMap(it => [`${it}-1`, `${it}-2`])
    assert.deepEqual(
      [ready, nodes.map(({name}) => name).toSorted()],
      [true, [...pairs, 'load-balancer', 'mysql'].toSorted()],
    )
  })

  it('its links are ok', async () => assert.deepEqual(await broken(), [0, []]))

  it('passes the walk of verify, through both gateways', async () => {
    const {stdout, stderr} = await lab.run(['verify', '--json'])
    assert.match(String(stdout), /^\{/, String(stderr))
    const {passed, steps} = JSON.parse(String(stdout)) as VerifyResult
    assert.deepEqual(
      steps.filter(({ok, skipped}) => !ok || skipped),
      [],
    )
    assert.equal(passed, true)
    assert.match(steps.find(({name}) => name === 'undeploy')?.detail ?? '', /load-balancer, gateway-1, gateway-2$/)
  })

  it('goes down', async () => {
    assert.equal((await lab.run(['down', '--volumes'])).exitCode, 0)
    assert.deepEqual(await lab.remains(), NOTHING)
  })
})
