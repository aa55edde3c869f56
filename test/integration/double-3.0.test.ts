import assert from 'node:assert/strict'
import type {LabStatus} from '../../src/lab/status.js'
import {APIM_3_0, double300} from '../double/images.js'
import {DoubleLab} from './support/double-lab.js'
import {buildAll, ensureBase, removeImages, shell} from './support/doubles.js'
import {NOTHING} from './support/test-lab.js'

const HOME = '/home/wso2carbon/wso2am-3.0.0'
const COMPONENTS = ['key-manager', 'traffic-manager', 'publisher', 'devportal', 'gateway']

describe("release 3.0.0 on a double of WSO2's image", function () {
  this.timeout(300_000)
  this.bail(true)
  let double: DoubleLab

  before(async function () {
    // The release asks for linux/amd64, and a double has the architecture of this machine.
    if (process.arch !== 'x64') this.skip()
    await buildAll([await double300(await ensureBase())])
    double = await DoubleLab.create('double-3-0', '3.0.0', COMPONENTS)
  })

  after(async () => {
    await double?.lab.remove()
    await removeImages([APIM_3_0])
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
})
