import assert from 'node:assert/strict'
import {writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {isDatabaseRow, type Row} from '../../src/lab/links/rows.js'
import type {LabStatus} from '../../src/lab/status.js'
import {APIM_3_0, double300, doubles320, IMAGES, REGISTRY} from '../double/images.js'
import {COMPLETE} from '../mini/support/configs.js'
import {CA_PEM, NODE} from '../mini/support/pki.js'
import {buildAll, Doubles, ensureBase, removeImages, shell} from './support/doubles.js'
import {docker, NOTHING, TestLab} from './support/test-lab.js'

const HOME = '/home/wso2carbon/wso2am-3.2.0'
const VOLUME = '/home/wso2carbon/wso2-config-volume'
const TOML = 'repository/conf/deployment.toml'
/** Apart from the ports of every other lab of the tests. */
const PORT_OFFSET = 15_000

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

/** A lab file that runs each component on its double, with as much memory as mini needs. */
const labFile = () =>
  [
    'release: "3.2.0"',
    'images:',
    `  registry: ${REGISTRY}`,
    'components:',
    ...COMPONENTS.flatMap(name => [`  ${name}:`, '    memory: 192m']),
    '',
  ].join('\n')

describe("release 3.2.0 on doubles of WSO2's images", function () {
  this.timeout(300_000)
  this.bail(true)
  let lab: TestLab
  let base: string

  before(async function () {
    // The release asks for linux/amd64, and a double has the architecture of this machine.
    if (process.arch !== 'x64') this.skip()
    base = await ensureBase()
    lab = await TestLab.create('double')
    await buildAll(doubles320({base, driver: true}))
  })

  after(async () => {
    await lab?.remove()
    await removeImages(Object.values(IMAGES))
  })

  const up = (...args: string[]) =>
    lab.run([
      ...['up', '--file', 'lab.yaml', '--offline', '--timeout', '60', '--port-offset', String(PORT_OFFSET)],
      ...args,
    ])

  const ids = async () => {
    const containers = await docker.listContainers({all: true, filters: {label: [`apim-lab.lab=${lab.name}`]}})
    return new Map(containers.map(({Id, Labels}) => [Labels['apim-lab.node'] ?? '', Id]))
  }

  const logOf = async (node: string) =>
    String(await lab.container(node).logs({stdout: true, stderr: true})).replaceAll(/[^\x20-\x7e\n]/g, '')

  async function allOk(): Promise<readonly Row[]> {
    const {stdout, exitCode} = await lab.run(['links', '--json'])
    const rows = JSON.parse(String(stdout)) as Row[]
    assert.equal(
      JSON.stringify(
        rows.filter(({state}) => state === 'broken'),
        undefined,
        2,
      ),
      '[]',
    )
    assert.equal(exitCode, 0)
    return rows
  }

  it('comes up, every node ready', async () => {
    await writeFile(join(lab.workingDirectory, 'lab.yaml'), labFile())
    const {exitCode, stdout, stderr} = await up('--json')
    assert.equal(exitCode, 0, `${stdout}${stderr}`)
    const {ready, release, nodes} = JSON.parse(String(stdout)) as LabStatus
    assert.deepEqual({ready, release}, {ready: true, release: '3.2.0'})
    for (const {component, image} of nodes.filter(it => COMPONENTS.includes(it.component)))
      assert.equal(image, imageOf(component))
  })

  it('its configuration is in force after the profile was set up', async () => {
    const gateway = lab.container('gateway-1')
    assert.match(await logOf('gateway-1'), /Optimizing WSO2 Carbon Server[^]*JVM options: [^]*profile gateway-worker/)
    assert.equal(
      await shell(
        gateway,
        `cd ${HOME}; id -u; tr '\\0' ' ' </proc/1/cmdline; echo; grep ^server_role ${TOML}; head -1 ${TOML}.backup`,
      ),
      '802\n/bin/bash /home/wso2carbon/docker-entrypoint.sh \nserver_role = "gateway-worker"\n# As shipped: all profiles in one.',
    )
    assert.equal(
      await shell(gateway, `ls -1 ${HOME}/repository/deployment/server/webapps`),
      'am#sample#pizzashack#v1.war\napi#am#gateway#v1.war',
    )
  })

  it("its links are ok, by the product's greetings", async () => {
    const rows = await allOk()
    const topics = rows.filter(row => !isDatabaseRow(row) && row.port === 5672)
    assert.deepEqual([...new Set(topics.map(({detail}) => detail))], ['greets'])
    const agents = rows.filter(row => !isDatabaseRow(row) && [9611, 7612].includes(row.port))
    assert.deepEqual([...new Set(agents.map(({detail}) => detail))], ['accepts; its protocol says nothing first'])
  })

  it('a change of the gateway recreates the gateway and says why', async () => {
    const before = await ids()
    await writeFile(join(lab.workingDirectory, 'gateway.toml'), '[apim.cache.gateway_token]\nexpiry_time = 60\n')
    const changed = labFile().replace('  gateway:\n', '  gateway:\n    overlay: gateway.toml\n')
    await writeFile(join(lab.workingDirectory, 'lab.yaml'), changed)
    const dry = await up('--dry-run')
    assert.match(String(dry.stdout), /gateway-1: create \(its configuration changed\)/)
    assert.doesNotMatch(String(dry.stdout), /(?<!gateway-1): (create|remove)/)
    const {exitCode, stderr} = await up()
    assert.equal(exitCode, 0, String(stderr))
    const after = await ids()
    assert.deepEqual(
      [...after.keys()].filter(node => before.get(node) !== after.get(node)),
      ['gateway-1'],
    )
    const value = `grep -A2 gateway_token ${HOME}/${TOML} | grep ^expiry_time`
    assert.equal(await shell(lab.container('gateway-1'), value), 'expiry_time = 60')
  })

  it('stops and starts again', async () => {
    assert.equal((await lab.run(['stop'])).exitCode, 0)
    const {exitCode, stderr} = await lab.run(['start', '--timeout', '60'])
    assert.equal(exitCode, 0, String(stderr))
    assert.equal((await lab.json<LabStatus>('status')).ready, true)
  })

  it('goes down and leaves nothing', async () => {
    assert.equal((await lab.run(['down', '--volumes'])).exitCode, 0)
    assert.deepEqual(await lab.remains(), NOTHING)
  })
})

describe('a double', function () {
  this.timeout(120_000)
  const BARE = `${IMAGES.apim}-bare`
  const all = new Doubles()

  before(async () => {
    const base = await ensureBase()
    const [apim] = doubles320({base})
    await buildAll([{...apim!, tag: BARE}, double300({base})])
  })
  afterEach(() => all.removeAll())
  after(() => removeImages([BARE, APIM_3_0]))

  const mysql = '[database.shared_db]\ntype = "mysql"\nurl = "jdbc:mysql://mysql:3306/shareddb"\n'

  it('of 3.2.0 does not start with a MySQL datasource and no driver', async () => {
    const container = await all.run({
      image: BARE,
      env: ['PROFILE_NAME=api-key-manager'],
      files: {[`${VOLUME}/${TOML}`]: mysql},
    })
    assert.notEqual(await container.ended(), 0)
    assert.match(await container.log(), /ClassNotFoundException: com\.mysql\.cj\.jdbc\.Driver/)
  })

  it('of 3.2.0 takes the driver from the artifact volume', async () => {
    const dropins = '/home/wso2carbon/wso2-artifact-volume/repository/components/dropins'
    const container = await all.run({
      image: BARE,
      env: ['PROFILE_NAME=api-key-manager'],
      files: {[`${VOLUME}/${TOML}`]: mysql, [`${dropins}/mysql-connector-java-8.0.17.jar`]: ''},
    })
    // It gets as far as reading the rest of this configuration.
    assert.notEqual(await container.ended(), 0)
    assert.match(await container.log(), /deployment\.toml: key server\.server_role is missing/)
  })

  it('of 3.2.0 fills an empty volume, hands no signal on and ends by its stop script', async () => {
    const security = `${VOLUME}/repository/resources/security`
    const synapse = `${HOME}/repository/deployment/server/synapse-configs`
    const options = {
      image: BARE,
      env: ['PROFILE_NAME=gateway-worker'],
      files: {
        [`${VOLUME}/${TOML}`]: COMPLETE['gateway-worker'] ?? '',
        [`${security}/node.pem`]: NODE.key + NODE.cert,
        [`${security}/ca.pem`]: CA_PEM,
      },
      emptyFolders: [synapse],
    }
    const [asked, signalled] = await Promise.all([all.run(options), all.run(options)])
    await Promise.all([asked, signalled].map(it => it.says(/listening on .*8243/)))
    assert.equal(await asked.shell(`ls ${synapse}`), 'default')
    const killed = signalled.container.stop({t: 1}).then(() => signalled.ended())
    await asked.shell(`sh ${HOME}/bin/wso2server.sh stop`)
    assert.equal(await asked.ended(), 0)
    assert.match(await asked.log(), /SIGTERM: halting/)
    assert.equal(await killed, 137)
    assert.doesNotMatch(await signalled.log(), /SIGTERM/)
  })

  it('of 3.2.0 is told its JVM options', async () => {
    const container = await all.run({
      image: BARE,
      env: ['PROFILE_NAME=gateway-worker', 'JVM_MEM_OPTS=-Xmx512m', 'JAVA_OPTS=-Dlab=true'],
      command: ['-Dmore=1'],
    })
    assert.notEqual(await container.ended(), 0)
    assert.match(await container.log(), /JVM options: -Xmx512m -Dlab=true\n/)
  })

  it('of 3.0.0 knows its profile by its command, trims nothing and has a driver', async () => {
    const container = await all.run({
      image: APIM_3_0,
      env: ['PROFILE_NAME=gateway-worker'],
      command: ['-Dprofile=traffic-manager'],
      files: {[`${VOLUME}/${TOML}`]: `[server]\nserver_role = "other"\n${mysql}`},
    })
    assert.notEqual(await container.ended(), 0)
    const log = await container.log()
    assert.doesNotMatch(log, /Optimizing/)
    assert.match(
      log,
      /server_role is "other" \(it must be the profile that the node runs\); expected "traffic-manager"/,
    )
  })
})
