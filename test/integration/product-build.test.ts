import assert from 'node:assert/strict'
import {chmod, mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import type {ImageList} from '../../src/lab/images/list.js'
import type {LabStatus} from '../../src/lab/status.js'
import type {ProductBuildResult} from '../../src/lab/images/distribution/build.js'
import {analyticsFiles, productFiles, serverFiles, writeFolder, writeZip} from '../double/distribution.js'
import {DoubleLab} from './support/double-lab.js'
import {Doubles, ensureBase, removeImages, shell} from './support/doubles.js'
import {inSteps} from './support/in-steps.js'
import {docker, NOTHING} from './support/test-lab.js'

const COMPONENTS = [
  'key-manager',
  'traffic-manager',
  'publisher',
  'devportal',
  'gateway',
  'analytics-worker',
  'analytics-dashboard',
]
const HOME = '/home/wso2carbon/wso2am-3.2.0'

/** On product-shaped distributions, with a base that has a Node and a JDK that is none. */
describe('images built from distributions', function () {
  this.timeout(180_000)
  inSteps()
  const containers = new Doubles()
  const made = new Set<string>()
  let folder: string
  let base: string
  let double: DoubleLab
  let apim: ProductBuildResult

  const path = (name: string) => join(folder, name)

  async function build(from: string): Promise<ProductBuildResult> {
    const flags = ['--release', '3.2.0', '--from', path(from), '--base', base, '--jdk', path('jdk'), '--offline']
    const {stdout, stderr, exitCode} = await double.lab.run(['images', 'build', ...flags, '--json'])
    assert.equal(exitCode, 0, `${stdout}${stderr}`)
    const result = JSON.parse(String(stdout)) as ProductBuildResult
    for (const {name} of result.images) made.add(name)
    return result
  }

  before(async () => {
    base = await ensureBase()
    folder = await mkdtemp(join(tmpdir(), 'apim-lab-product-'))
    await mkdir(dirname(path('jdk/bin/java')), {recursive: true})
    await writeFile(path('jdk/release'), 'JAVA_VERSION="11.0.24"\n')
    await writeFile(path('jdk/bin/java'), '#!/bin/sh\necho no real JDK >&2\n')
    await chmod(path('jdk/bin/java'), 0o755)
    const server = await serverFiles()
    await writeZip(path('apim.zip'), 'wso2am-3.2.0', {...productFiles('12'), ...server})
    await writeZip(path('analytics.zip'), 'wso2am-analytics-3.2.0', {...analyticsFiles(), ...server})
    await writeFolder(path('unpacked'), productFiles())
    double = await DoubleLab.create('product', '3.2.0', COMPONENTS, '{build: newest}')
  })

  after(async () => {
    await double?.lab.remove()
    await containers.removeAll()
    await removeImages([...made])
    await rm(folder, {recursive: true, force: true})
  })

  it('are asked for where there is none', async () => {
    const {exitCode, stderr} = await double.up()
    assert.equal(exitCode, 1)
    assert.match(String(stderr), /images\.build: newest.*there is none[^]*images build --release 3\.2\.0 --from ZIP/)
  })

  it('from a folder, without an update level', async () => {
    const {images, updateLevel, sha256} = await build('unpacked')
    assert.equal(updateLevel, 'none')
    assert.equal(images[0]!.name, `apim-lab/wso2am:3.2.0-none-${sha256.slice(0, 12)}`)
  })

  it('from a zip, with all that the release says, and once', async () => {
    apim = await build('apim.zip')
    const [{name, built} = {name: '', built: false}] = apim.images
    assert.deepEqual([built, name], [true, `apim-lab/wso2am:3.2.0-12-${apim.sha256.slice(0, 12)}`])
    const {Config} = await docker.getImage(name).inspect()
    assert.deepEqual(
      {
        user: Config.User,
        level: Config.Labels['apim-lab.update-level'],
        sha: Config.Labels['apim-lab.distribution-sha256'],
      },
      {user: '802:802', level: '12', sha: apim.sha256},
    )
    assert.deepEqual(Config.Entrypoint, ['/home/wso2carbon/docker-entrypoint.sh'])
    assert.equal((await build('apim.zip')).images[0]!.built, false)
  })

  it('from the zip of the analytics: two', async () => {
    const {images} = await build('analytics.zip')
    assert.deepEqual(
      images.map(({standsFor}) => standsFor),
      ['wso2/wso2am-analytics-worker:3.2.0', 'wso2/wso2am-analytics-dashboard:3.2.0'],
    )
  })

  it('set a profile up before they start, and refuse one that is not known', async () => {
    const container = await containers.run({image: apim.images[0]!.name, env: ['PROFILE_NAME=none-such']})
    assert.notEqual(await container.ended(), 0)
    assert.match(await container.log(), /setting up the profile none-such[^]*Unknown profile/)
  })

  it('are listed, with their update level', async () => {
    const {images} = await double.lab.json<ImageList>('images', 'list', '--file', 'lab.yaml', '--offline')
    const row = images.find(({name}) => name === apim.images[0]!.name)
    assert.deepEqual([row?.here, row?.origin, row?.updateLevel], [true, 'distribution', '12'])
    const {stdout} = await double.lab.run(['releases'])
    assert.match(String(stdout), /wso2am:3\.2\.0-12-[0-9a-f]{12} +built here from wso2am-3\.2\.0, update level 12/)
  })

  it('are what a lab runs', async () => {
    const {exitCode, stdout, stderr} = await double.up('--json')
    assert.equal(exitCode, 0, `${stdout}${stderr}`)
    const {ready, nodes} = JSON.parse(String(stdout)) as LabStatus
    assert.equal(ready, true)
    const images = new Set(nodes.filter(({component}) => COMPONENTS.includes(component)).map(({image}) => image))
    assert.equal(images.size, 3)
    assert.ok([...images].every(image => image.startsWith('apim-lab/wso2am')))
    const facts = `id -u; id -g; cd ${HOME}; grep ^server_role repository/conf/deployment.toml; find . -newermt 2000-01-01 -name profileSetup.sh`
    assert.deepEqual((await shell(double.lab.container('gateway-1'), facts)).split('\n'), [
      '802',
      '802',
      'server_role = "gateway-worker"',
      './bin/profileSetup.sh',
    ])
    await double.links()
  })

  it('go down with nothing left', async () => {
    assert.equal((await double.lab.run(['down', '--volumes'])).exitCode, 0)
    assert.deepEqual(await double.lab.remains(), NOTHING)
  })
})
