import assert from 'node:assert/strict'
import {writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {isDatabaseRow} from '../../src/lab-events/link-row.js'
import type {LabStatus} from '../../src/lab/status.js'
import {doubles320, IMAGES} from '../double/images.js'
import {DoubleLab, DRIVER} from './support/double-lab.js'
import {buildAll, ensureBase, removeImages, shell} from './support/doubles.js'
import {inSteps} from './support/in-steps.js'
import {NOTHING} from './support/test-lab.js'

const HOME = '/home/wso2carbon/wso2am-3.2.0'
const SERVER = `${HOME}/repository/deployment/server`
const TOML = 'repository/conf/deployment.toml'

const imageOf = (component: string) =>
  component === 'analytics-worker'
    ? IMAGES.worker
    : component === 'analytics-dashboard'
      ? IMAGES.dashboard
      : IMAGES.apim

const COMPONENTS = [
  'key-manager',
  'traffic-manager',
  'publisher',
  'devportal',
  'gateway',
  'analytics-worker',
  'analytics-dashboard',
]

describe("release 3.2.0 on doubles of WSO2's images", function () {
  this.timeout(300_000)
  inSteps()
  let double: DoubleLab

  before(async function () {
    // The release asks for linux/amd64, and a double has the architecture of this machine.
    if (process.arch !== 'x64') this.skip()
    await buildAll(await doubles320(await ensureBase()))
    double = await DoubleLab.create('double', '3.2.0', COMPONENTS)
  })

  after(async () => {
    await double?.lab.remove()
    await removeImages(Object.values(IMAGES))
  })

  const inNode = (node: string, script: string) => shell(double.lab.container(node), script)

  it('comes up, every node ready', async () => {
    const {exitCode, stdout, stderr} = await double.up('--json')
    assert.equal(exitCode, 0, `${stdout}${stderr}`)
    const {ready, release, nodes} = JSON.parse(String(stdout)) as LabStatus
    assert.deepEqual({ready, release}, {ready: true, release: '3.2.0'})
    for (const {component, image} of nodes.filter(it => COMPONENTS.includes(it.component)))
      assert.equal(image, imageOf(component))
  })

  it('has nothing made anew by a second run', async () => {
    const before = await double.containerIds()
    assert.equal((await double.up()).exitCode, 0)
    assert.deepEqual(await double.containerIds(), before)
  })

  it('its configuration is in force after the profile was set up', async () => {
    assert.match(
      await double.log('gateway-1'),
      /Optimizing WSO2 Carbon Server[^]*JVM options: -Xms512m -Xmx512m [^]*profile gateway-worker/,
    )
    const facts = `cd ${HOME}; id -u; id -g; grep ^server_role ${TOML}; head -1 ${TOML}.backup; ls -1 ${SERVER}/webapps`
    assert.deepEqual((await inNode('gateway-1', facts)).split('\n'), [
      '802',
      '802',
      'server_role = "gateway-worker"',
      '# As shipped: all profiles in one.',
      'am#sample#pizzashack#v1.war',
      'api#am#gateway#v1.war',
    ])
  })

  it('has the driver in the nodes with a database, and in no other', async () => {
    const find = `cd ${HOME}/..; find wso2am-* -name '*.jar'`
    assert.equal(await inNode('publisher-1', find), `wso2am-3.2.0/repository/components/dropins/${DRIVER}`)
    assert.equal(await inNode('analytics-worker-1', find), `wso2am-analytics-3.2.0/lib/${DRIVER}`)
    assert.equal(await inNode('gateway-1', find), '')
  })

  it("its links are ok, by the product's greetings", async () => {
    const rows = await double.links()
    const details = (...ports: number[]) => [
      ...new Set(rows.filter(row => !isDatabaseRow(row) && ports.includes(row.port)).map(({detail}) => detail)),
    ]
    assert.deepEqual(details(5672), ['greets'])
    assert.deepEqual(details(9611, 7612), ['accepts; its protocol says nothing first'])
  })

  it('a change of the gateway recreates it alone, says why, and keeps what was deployed to it', async () => {
    const before = await double.containerIds()
    const deployed = `${SERVER}/synapse-configs/default/api.xml`
    await inNode('gateway-1', `echo deployed > ${deployed}`)
    await writeFile(join(double.lab.workingDirectory, 'gateway.toml'), '[apim.cache.gateway_token]\nexpiry_time = 60\n')
    await double.writeLabFile({gateway: 'overlay: gateway.toml'})
    const {stdout} = await double.up('--dry-run')
    assert.match(String(stdout), /gateway-1: create \(config\/gateway-1\/.*deployment\.toml changed\)/)
    assert.equal((await double.up()).exitCode, 0)
    const after = await double.containerIds()
    assert.deepEqual(
      [...after.keys()].filter(node => before.get(node) !== after.get(node)),
      ['gateway-1'],
    )
    const value = `grep -A2 gateway_token ${HOME}/${TOML} | grep ^expiry_time; cat ${deployed}`
    assert.equal(await inNode('gateway-1', value), 'expiry_time = 60\ndeployed')
  })

  it('stops by the stop scripts of the product, and starts again', async () => {
    assert.equal((await double.lab.run(['stop'])).exitCode, 0)
    for (const component of COMPONENTS) {
      const {State} = await double.lab.container(`${component}-1`).inspect()
      assert.equal(State.ExitCode, 0, component)
      assert.match(await double.log(`${component}-1`), /SIGTERM: halting/)
    }
    const {exitCode, stderr} = await double.lab.run(['start', '--timeout', '60'])
    assert.equal(exitCode, 0, String(stderr))
    assert.equal((await double.lab.json<LabStatus>('status')).ready, true)
  })

  it('goes down and leaves nothing', async () => {
    assert.equal((await double.lab.run(['down', '--volumes'])).exitCode, 0)
    assert.deepEqual(await double.lab.remains(), NOTHING)
  })
})
