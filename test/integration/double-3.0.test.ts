import assert from 'node:assert/strict'
import {writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import type {BisectReport} from '../../src/lab/cases/search/result.js'
import type {LabStatus} from '../../src/lab/status.js'
import {APIM_3_0, double300, doubles320, IMAGES, REGISTRY} from '../double/images.js'
import {DoubleLab, DRIVER} from './support/double-lab.js'
import {buildAll, ensureBase, removeImages, shell} from './support/doubles.js'
import {inSteps} from './support/in-steps.js'
import {NOTHING} from './support/test-lab.js'

const HOME = '/home/wso2carbon/wso2am-3.0.0'
const COMPONENTS = ['key-manager', 'traffic-manager', 'publisher', 'devportal', 'gateway']

/** What 3.0.0's image does not have. Any release can have the lab, which is of one node. */
const CASE = `name: homes
lab:
  analytics: false
  images: {registry: ${REGISTRY}}
  mysql: {driver: ${DRIVER}}
  components:
    key-manager: {memory: 192m}
    traffic-manager: {replicas: 0}
    publisher: {replicas: 0}
    devportal: {replicas: 0}
    gateway: {replicas: 0}
then:
  symptom:
    - exec: {node: key-manager-1, command: ls /home/wso2carbon}
      expect: {matches: wso2am-3.2.0}
  absence:
    - exec: {node: key-manager-1, command: ls /home/wso2carbon}
      expect: {matches: wso2am-3.0.0}
`

describe("release 3.0.0 on a double of WSO2's image", function () {
  this.timeout(300_000)
  inSteps()
  let double: DoubleLab

  before(async function () {
    // The release asks for linux/amd64, and a double has the architecture of this machine.
    if (process.arch !== 'x64') this.skip()
    const base = await ensureBase()
    const [apim] = await doubles320(base)
    await buildAll([await double300(base), apim!])
    double = await DoubleLab.create('double-3-0', '3.0.0', COMPONENTS)
  })

  after(async () => {
    await double?.lab.remove()
    await removeImages([APIM_3_0, IMAGES.apim])
  })

  it('comes up, each profile by the command', async () => {
    const {exitCode, stdout, stderr} = await double.up('--json')
    assert.equal(exitCode, 0, `${stdout}${stderr}`)
    const {ready, release, nodes} = JSON.parse(String(stdout)) as LabStatus
    assert.deepEqual({ready, release}, {ready: true, release: '3.0.0'})
    for (const {image} of nodes.filter(it => COMPONENTS.includes(it.component))) assert.equal(image, APIM_3_0)
    assert.match(await double.log('devportal-1'), /profile api-devportal/)
  })

  it('has the driver of the image and no other', async () => {
    const find = `cd ${HOME}; find . -name '*.jar'; grep ^server_role repository/conf/deployment.toml`
    assert.equal(
      await shell(double.lab.container('devportal-1'), find),
      './repository/components/dropins/mysql-connector-java-8.0.17.jar\nserver_role = "api-store"',
    )
  })

  it('its links are ok', () => double.links())

  it('goes down and leaves nothing', async () => {
    assert.equal((await double.lab.run(['down', '--volumes'])).exitCode, 0)
    assert.deepEqual(await double.lab.remains(), NOTHING)
  })

  it('is told from later ones by a case: between which releases its verdict turned', async () => {
    const {lab} = double
    await writeFile(join(lab.workingDirectory, 'homes.yaml'), CASE)
    const args = ['case', 'bisect', 'homes.yaml', '--release', '3.0.0,mini,3.2.0', '--offline', '--json']
    const {exitCode, stdout, stderr} = await lab.run([...args, '--port-offset', String(lab.portOffset)])
    assert.equal(exitCode, 0, `${stdout}${stderr}`)
    const {good, bad, releases, tested, runs} = JSON.parse(String(stdout)) as BisectReport
    assert.deepEqual([good.verdict, bad.verdict, runs], ['not-reproduced', 'reproduced', 5])
    assert.deepEqual(releases, {before: '3.0.0', after: 'mini'})
    assert.equal(tested.at(-1)?.what, 'release mini')
    assert.deepEqual(await lab.remains(), NOTHING)
  })
})
