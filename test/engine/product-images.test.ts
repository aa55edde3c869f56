import assert from 'node:assert/strict'
import {mkdir, mkdtemp, readFile, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {Readable} from 'node:stream'
import {setTimeout as delay} from 'node:timers/promises'
import {extract} from 'tar-stream'
import type {ImageList} from '../../src/lab/images/list.js'
import type {ReleaseSummary} from '../../src/lab/releases.js'
import {productFiles, writeFolder, writeZip} from '../double/distribution.js'
import {apimLab, assertComplaint, assertComplaintJson, type Complaint} from '../support/command-line.js'
import {StubEngine} from './stub/stub-engine.js'

const MOST_CALLS = 60
const BASE = 'apim-lab/base:bullseye'

/** Names and owners of what a build was sent. */
async function contextOf(tar: Buffer): Promise<ReadonlyMap<string, {readonly mode: number; readonly year: number}>> {
  const found = new Map<string, {mode: number; year: number}>()
  const reader = Readable.from([tar]).pipe(extract())
  for await (const entry of reader) {
    found.set(entry.header.name.replace(/\/$/, ''), {
      mode: entry.header.mode ?? 0,
      year: entry.header.mtime?.getFullYear() ?? 0,
    })
    entry.resume()
  }
  return found
}

describe("the product's images, on the stub engine", function () {
  this.timeout(60_000)
  let folder: string
  let stub: StubEngine
  const contexts: Buffer[] = []
  const file = (name: string) => join(folder, name)

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'apim-lab-product-'))
    await mkdir(file('data'))
    await writeZip(file('apim.zip'), 'wso2am-3.2.0', productFiles('12'))
    stub = await StubEngine.start({
      images: {[BASE]: {Cmd: ['bash']}, 'own:1': {Cmd: ['bash']}},
      build: (_query, context) => {
        contexts.push(context)
        return {}
      },
    })
  })
  after(async () => {
    await stub.close()
    await rm(folder, {recursive: true, force: true})
  })

  const run = (...args: string[]) =>
    apimLab(args, {cwd: folder, env: {XDG_DATA_HOME: file('data'), DOCKER_HOST: stub.dockerHost}})
  const json = async <T>(...args: string[]) => JSON.parse(String((await run(...args, '--json')).stdout)) as T
  async function refuses(args: readonly string[], complaint: Complaint): Promise<void> {
    stub.resetCalls()
    assertComplaint(await run(...args), complaint)
    assertComplaintJson(await run(...args, '--json'), complaint)
    assert.deepEqual(
      stub.calls.filter(({path}) => path.startsWith('/build')),
      [],
    )
  }

  it('are built on the base that is here, of all that the zip has', async () => {
    const {exitCode, stdout, stderr} = await run('images', 'build', '--release', '3.2.0', '--from', 'apim.zip')
    assert.equal(exitCode, 0, String(stderr))
    assert.match(
      String(stdout),
      /Built apim-lab\/wso2am:3\.2\.0-12-[0-9a-f]{12}\.\nwso2am-3\.2\.0, update level 12, SHA-256/,
    )
    assert.match(String(stdout), /images: \{build: newest\}/)
    const context = await contextOf(contexts.at(-1)!)
    assert.deepEqual([...context.keys()].slice(0, 2), ['Dockerfile', 'docker-entrypoint.sh'])
    assert.equal(context.get('product/bin/wso2server.sh')?.mode, 0o755)
    assert.equal(context.get('product/repository/conf/deployment.toml')?.mode, 0o644)
    assert.ok(context.get('product/repository/components/plugins')!.year > 2000)
  })

  it('are not built again, but from another zip', async () => {
    assert.match(String((await run('images', 'build', '--from', 'apim.zip')).stdout), /Already built: apim-lab\/wso2am/)
    await writeZip(file('other.zip'), 'wso2am-3.2.0', productFiles('13'))
    assert.match(String((await run('images', 'build', '--from', 'other.zip')).stdout), /Built .*3\.2\.0-13-/)
  })

  it('are shown by releases and by images list, as the lab file asks for them', async () => {
    const {releases} = await json<{releases: readonly ReleaseSummary[]}>('releases')
    assert.deepEqual(
      releases
        .find(({name}) => name === '3.2.0')
        ?.built.map(({updateLevel}) => updateLevel)
        .toSorted(),
      ['12', '13'],
    )
    const named = async (build: string) => {
      await writeFile(file('apim-lab.yaml'), `release: 3.2.0\nimages: {build: ${build}}\n`)
      const {images} = await json<ImageList>('images', 'list', '--offline')
      return images.find(({components}) => components.includes('gateway'))
    }
    const [twelve, thirteen] = [await named('12'), await named('13')]
    assert.match(twelve!.name, /3\.2\.0-12-/)
    assert.deepEqual([thirteen!.updateLevel, thirteen!.origin, thirteen!.here], ['13', 'distribution', true])
    assert.equal((await named('77'))!.name, 'wso2/wso2am:3.2.0')
    await rm(file('apim-lab.yaml'))
  })

  it('are built on an image that was asked for', async () => {
    assert.match(String((await run('images', 'build', '--from', 'apim.zip', '--base', 'own:1')).stdout), /Built /)
    const text = contexts.at(-1)!.toString('latin1')
    assert.match(text, /FROM own:1/)
  })

  it('are never had from Maven', () =>
    refuses(['images', 'build', '--from', 'maven'], {
      exit: 2,
      code: 'usage-invalid',
      message: /distributions are not on Maven Central/,
      next: /images build --release 3\.2\.0 --from wso2am-3\.2\.0\.zip/,
    }))

  it('can not be named', () =>
    refuses(['images', 'build', 'mysql', '--from', 'apim.zip'], {
      exit: 2,
      code: 'usage-invalid',
      message: /With --from the images are the release's/,
      next: /--help/,
    }))

  it('are of the release that was asked for', () =>
    refuses(['images', 'build', '--release', '3.1.0', '--from', 'apim.zip'], {
      exit: 1,
      code: 'distribution-invalid',
      message: /is wso2am-3\.2\.0, and release 3\.1\.0 is made of wso2am-3\.1\.0, wso2am-analytics-3\.1\.0/,
      next: /--release 3\.2\.0 --from/,
    }))

  it('are of no half copy: what is missing is listed', async () => {
    const files = Object.entries(productFiles()).filter(([path]) => !path.endsWith('.jar'))
    await writeFolder(file('half'), Object.fromEntries(files))
    await refuses(['images', 'build', '--from', 'half'], {
      exit: 1,
      code: 'distribution-invalid',
      message: /30 bundles that its own bundles\.info names are missing/,
      evidence: /bundle0_1\.0\.0\.jar[^]*and 10 more/,
      next: /ls -l/,
    })
    await writeFile(file('cut.zip'), (await readFile(file('apim.zip'))).subarray(0, 5000))
    await refuses(['images', 'build', '--from', 'cut.zip'], {
      exit: 1,
      code: 'distribution-invalid',
      message: /cut off or damaged/,
      next: /whole copy/,
    })
  })

  it('take no folder for a JDK that is none', () =>
    refuses(['images', 'build', '--from', 'apim.zip', '--jdk', 'half'], {
      exit: 1,
      code: 'file-unusable',
      message: /The JDK .*half has no bin\/java/,
      next: /images build/,
    }))

  it('end at once when they are stopped', async () => {
    await writeZip(file('third.zip'), 'wso2am-3.2.0', productFiles('14'))
    stub.resetCalls()
    for (let n = 1; n <= MOST_CALLS; n++)
      stub.onCall(n, () => {
        if (!stub.calls[n - 1]!.path.startsWith('/build')) return undefined
        child.kill('SIGINT')
        return delay(200)
      })
    const child = run('images', 'build', '--from', 'third.zip')
    const {exitCode, stderr} = await child
    assert.equal(exitCode, 130, String(stderr))
    assert.doesNotMatch(String(stderr), /: built/)
    stub.resetCalls()
  })
})
