import assert from 'node:assert/strict'
import {createHash} from 'node:crypto'
import {mkdir, mkdtemp, open, readFile, rm, stat, symlink, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import type {Readable} from 'node:stream'
import {text} from 'node:stream/consumers'
import {createWriteStream} from 'node:fs'
import {pipeline} from 'node:stream/promises'
import {ZipFile} from 'yazl'
import type {LabError} from '../../../../../src/errors.js'
import {checkDistribution, type CheckedDistribution} from '../../../../../src/lab/images/distribution/check.js'
import {allReleases, findRelease} from '../../../../../src/model/releases/index.js'
import {
  analyticsFiles,
  productFiles,
  writeFolder,
  writeZip,
  type ProductFiles,
} from '../../../../double/distribution.js'
import {VERSION} from '../../../../support/lab.js'

const releases = allReleases(VERSION)
const PLUGINS = 'repository/components/plugins'
const GIGABYTE = 1024 ** 3
const HOLE = GIGABYTE / 4

describe('a distribution', () => {
  let folder: string
  const file = (name: string) => join(folder, name)

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'apim-lab-distribution-'))
  })
  after(() => rm(folder, {recursive: true, force: true}))

  async function check(path: string, release?: string, signal = new AbortController().signal) {
    const found = await checkDistribution(path, release === undefined ? undefined : findRelease(release, releases), {
      releases,
      reporter: {on: () => undefined} as never,
      signal,
    })
    found.close()
    return found
  }

  async function refuses(path: string, message: RegExp, release = '3.2.0'): Promise<LabError> {
    let refused: LabError | undefined
    await assert.rejects(check(path, release), (error: LabError) => {
      refused = error
      assert.equal(error.code, 'distribution-invalid', error.stack)
      assert.match(error.message, message)
      return true
    })
    return refused!
  }

  async function zip(name: string, files: ProductFiles, top = 'wso2am-3.2.0'): Promise<string> {
    await writeZip(file(name), top, files)
    return file(name)
  }

  const pathsOf = ({entries}: CheckedDistribution) => entries.map(({path}) => path)

  describe('that is whole', () => {
    it('is told by its zip: product, update level, checksum', async () => {
      const path = await zip('whole.zip', productFiles('12'))
      const found = await check(path, '3.2.0')
      assert.equal(found.updateLevel, '12')
      assert.equal(
        found.sha256,
        createHash('sha256')
          .update(await readFile(path))
          .digest('hex'),
      )
      assert.equal(found.release.name, '3.2.0')
      assert.equal(found.spec.product, 'wso2am')
      assert.ok(pathsOf(found).includes('bin/wso2server.sh'))
    })

    it('names every folder, and has what it says', async () => {
      const found = await checkDistribution(file('whole.zip'), undefined, {
        releases,
        reporter: {on: () => undefined} as never,
        signal: new AbortController().signal,
      })
      assert.ok(pathsOf(found).indexOf('repository/components') < pathsOf(found).indexOf(PLUGINS))
      const toml = found.entries.find(({path}) => path === 'repository/conf/deployment.toml')!
      assert.match(await text((await toml.open()) as Readable), /As shipped/)
      assert.equal(found.entries.find(({path}) => path === 'bin/wso2server.sh')!.executable, true)
      found.close()
    })

    it('is told by its folder, whatever that is called, and by its content', async () => {
      await writeFolder(file('unpacked'), productFiles())
      await writeFolder(file('unpacked'), {'wso2carbon.pid': '7', 'repository/resources/conf/.metadata/x': 'other'})
      const found = await check(file('unpacked'), '3.2.0')
      assert.equal(found.updateLevel, 'none')
      assert.ok(!pathsOf(found).some(path => /metadata|\.pid/.test(path)))
      await writeFile(file('unpacked/README.txt'), 'changed')
      assert.notEqual((await check(file('unpacked'), '3.2.0')).sha256, found.sha256)
    })

    it('of the analytics is known too', async () => {
      const path = await zip('analytics.zip', analyticsFiles(), 'wso2am-analytics-3.2.0')
      const {spec, release} = await check(path)
      assert.equal(release.name, '3.2.0')
      assert.deepEqual(
        spec.runtimes.map(({start}) => start),
        ['bin/worker.sh', 'bin/dashboard.sh'],
      )
    })
  })

  describe('is refused', () => {
    it('where it is no zip, also a large one', async () => {
      await writeFile(file('text.zip'), 'no zip at all\n'.repeat(100))
      await refuses(file('text.zip'), /is not a zip file/)
      const large = await open(file('large.zip'), 'w')
      await large.truncate(2 * GIGABYTE)
      await large.close()
      const start = Date.now()
      await refuses(file('large.zip'), /is not a zip file/)
      assert.ok(Date.now() - start < 20_000)
    })

    it('where there is nothing', () =>
      assert.rejects(check(file('none.zip'), '3.2.0'), {code: 'file-unusable', message: /no file or folder/}))

    it('where it is cut off, wherever', async () => {
      const whole = await readFile(await zip('cut-whole.zip', productFiles()))
      for (const part of [0.3, 0.9, 0.999]) {
        await writeFile(file('cut.zip'), whole.subarray(0, Math.floor(whole.length * part)))
        await refuses(file('cut.zip'), /cut off or damaged/)
      }
    })

    it('where a byte in it is another', async () => {
      const bytes = await readFile(file('cut-whole.zip'))
      // Behind the first local header: in the middle of some content.
      const at = bytes.indexOf('repository/conf/deployment.toml') + 40
      bytes[at] = bytes[at]! ^ 0xff
      await writeFile(file('damaged.zip'), bytes)
      await refuses(file('damaged.zip'), /cut off or damaged/)
    })

    it('where it is another product, naming both', async () => {
      const error = await refuses(
        await zip('is.zip', {'bin/wso2server.sh': ''}, 'wso2is-5.10.0'),
        /is wso2is-5\.10\.0, and release 3\.2\.0 is made of wso2am-3\.2\.0, wso2am-analytics-3\.2\.0/,
      )
      assert.match(error.next.join(), /releases/)
    })

    it('where it is of another release, naming that', async () => {
      const error = await refuses(
        await zip('old.zip', {'bin/x': ''}, 'wso2am-3.1.0'),
        /is wso2am-3\.1\.0, and release 3\.2\.0/,
      )
      assert.match(error.next[0]!, /images build --release 3\.1\.0 --from /)
    })

    it('where it says nothing of itself', async () => {
      await refuses(await zip('what.zip', {'bin/x': ''}, 'stuff'), /is not a distribution of the product.*"stuff"/)
    })

    for (const [what, path] of [
      ['leaves its folder', '../evil.txt'],
      ['is absolute', '/etc/evil.t'],
    ] as const)
      it(`where a path ${what}`, async () => {
        const name = 'wso2am-3.2.0/xx'.slice(0, path.length).padEnd(path.length, 'x')
        await writeZip(file('path.zip'), 'wso2am-3.2.0', productFiles())
        const bytes = (await readFile(await rawZip([[name, 'x']]))).toString('latin1').replaceAll(name, path)
        await writeFile(file('path.zip'), bytes, 'latin1')
        await refuses(file('path.zip'), /has a path that leaves its folder/)
      })

    it('where a link leads out of it', async () => {
      await refuses(
        await rawZip([['wso2am-3.2.0/logs', '../../etc', 0o120777]]),
        /link that leaves its folder: .*logs -> /,
      )
      await writeFolder(file('linked'), {'updates/product.txt': 'wso2am-3.2.0'})
      await symlink('/etc', file('linked/etc'))
      await refuses(file('linked'), /link that leaves its folder: etc -> "\/etc"/)
    })

    it('where bundles are missing: twenty of them and the count', async () => {
      const files = Object.entries(productFiles()).filter(([path]) => !path.startsWith(`${PLUGINS}/`))
      await writeFolder(file('wso2am-3.2.0'), Object.fromEntries(files))
      const error = await refuses(file('wso2am-3.2.0'), /30 bundles that its own bundles\.info names are missing/)
      assert.equal(error.evidence.length, 21)
      assert.equal(error.evidence[0], `${PLUGINS}/org.example.bundle0_1.0.0.jar`)
      assert.equal(error.evidence[20], 'and 10 more')
    })

    it('where the start script is missing', async () => {
      const {'bin/wso2server.sh': gone, ...others} = productFiles()
      assert.ok(gone)
      await refuses(await zip('script.zip', others), /is not whole: it has no bin\/wso2server\.sh/)
    })

    it('where it would unpack to far more than it is', async () => {
      const path = await zeros('bomb.zip', GIGABYTE / 8, true)
      assert.ok((await stat(path)).size < 10_000_000)
      await refuses(path, /would unpack to \d+ times its size/)
    })
  })

  it('with a hole of 256 MB is read in bounded time and memory', async () => {
    const path = await zeros('sparse.zip', HOLE, false)
    const before = process.memoryUsage().rss
    const start = Date.now()
    await check(path, '3.2.0')
    assert.ok(Date.now() - start < 20_000, `${Date.now() - start} ms`)
    assert.ok(process.memoryUsage().rss - before < 200_000_000)
  }).timeout(120_000)

  it('is read no further when it is told to stop', async () => {
    const path = await zeros('stop.zip', HOLE, false)
    const stop = new AbortController()
    setTimeout(() => stop.abort(new Error('enough')), 50)
    const start = Date.now()
    await assert.rejects(check(path, '3.2.0', stop.signal), {message: 'enough'})
    assert.ok(Date.now() - start < 20_000)
  }).timeout(60_000)

  type Raw = readonly [name: string, content: string, mode?: number]

  async function rawZip(entries: readonly Raw[]): Promise<string> {
    const made = new ZipFile()
    for (const [name, content, mode = 0o100644] of entries)
      made.addBuffer(Buffer.from(content), name, {mode, compress: false})
    made.end()
    await mkdir(folder, {recursive: true})
    await pipeline(made.outputStream, createWriteStream(file('raw.zip')))
    return file('raw.zip')
  }

  /** A product with zeros in it, that many bytes. */
  async function zeros(name: string, bytes: number, compress: boolean): Promise<string> {
    const made = new ZipFile()
    for (const [path, content] of Object.entries(productFiles()))
      made.addBuffer(Buffer.from(content), `wso2am-3.2.0/${path}`)
    const hole = await open(file('hole'), 'w')
    await hole.truncate(bytes)
    await hole.close()
    made.addFile(file('hole'), 'wso2am-3.2.0/zeros', compress ? {compressionLevel: 1} : {compress})
    made.end()
    const target = await open(file(name), 'w')
    let at = 0
    for await (const chunk of made.outputStream) {
      // Zeros are left out: the file is sparse, as a copy of a disk would be.
      if (!(chunk as Buffer).equals(Buffer.alloc((chunk as Buffer).length)))
        await target.write(chunk as Buffer, 0, undefined, at)
      at += (chunk as Buffer).length
    }
    await target.close()
    return file(name)
  }
})
