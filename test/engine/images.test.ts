import assert from 'node:assert/strict'
import {mkdir, mkdtemp, readdir, readFile, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {setTimeout as delay} from 'node:timers/promises'
import {gzipSync} from 'node:zlib'
import {pack} from 'tar-stream'
import type {ImageList} from '../../src/lab/images/list.js'
import type {ImageLoadResult} from '../../src/lab/images/load.js'
import {DEFAULTS} from '../../src/model/settings.js'
import {apimLab, assertComplaint, assertComplaintJson, type Complaint} from '../support/command-line.js'
import type {StubEngine} from './stub/stub-engine.js'
import type {WorldOptions} from './stub/world.js'
import {labBehaviour, startLabEngine} from './support/lab-behaviour.js'

const WSO2 = 'docker.wso2.com/wso2am:3.2.0.9'
const UP = ['up', '--release', 'mini', '--offline', '--no-analytics', '--port-offset', '9300']
const PRODUCT = ['wso2/wso2am:3.2.0', 'wso2/wso2am-analytics-worker:3.2.0', 'wso2/wso2am-analytics-dashboard:3.2.0']
const MOST_CALLS = 60
const DIGEST = (digit: string) => `sha256:${digit.repeat(64)}`

describe('images, on the stub engine', function () {
  this.timeout(60_000)
  let folder: string
  let stub: StubEngine
  const work = () => join(folder, 'work')
  const file = (name: string) => join(work(), name)

  async function begin(options: WorldOptions = {}): Promise<void> {
    await stub?.close()
    stub = await startLabEngine({
      ...options,
      images: {'node:20-slim': {Cmd: ['node']}, 'apim-lab/base:trixie': {Cmd: ['bash']}, ...options.images},
    })
    await rm(join(folder, 'data'), {recursive: true, force: true})
  }
  const official = {
    [DEFAULTS.mysqlImage]: {Cmd: ['mysqld'], Volumes: {'/var/lib/mysql': {}}, digest: DIGEST('1')},
    [DEFAULTS.loadBalancerImage]: {Cmd: ['nginx'], digest: DIGEST('2')},
  }

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'apim-lab-images-'))
    await mkdir(work())
  })
  after(async () => {
    await stub.close()
    await rm(folder, {recursive: true, force: true})
  })

  afterEach(() => rm(file('apim-lab.yaml'), {force: true}))

  const options = () => ({
    cwd: work(),
    env: {
      XDG_DATA_HOME: join(folder, 'data'),
      DOCKER_HOST: stub.dockerHost,
      DOCKER_CONFIG: join(folder, 'docker'),
    },
  })
  const run = (...args: string[]) => apimLab(args, options())
  async function done(...args: string[]): Promise<string> {
    const {exitCode, stdout, stderr} = await run(...args)
    assert.equal(exitCode, 0, String(stderr))
    return `${String(stdout)}\n${String(stderr)}`
  }
  const json = async <T>(...args: string[]) => JSON.parse(String((await run(...args, '--json')).stdout)) as T
  /** Acts when the engine is asked for this, before it answers. */
  function when(path: string, act: (n: number) => unknown): void {
    stub.resetCalls()
    for (let n = 1; n <= MOST_CALLS; n++)
      stub.onCall(n, async () => {
        if (stub.calls[n - 1]!.path.startsWith(path)) await act(n)
      })
  }
  async function refuses(args: readonly string[], complaint: Complaint): Promise<void> {
    assertComplaint(await run(...args), complaint)
    assertComplaintJson(await run(...args, '--json'), complaint)
  }

  describe('list', () => {
    it('tells what the lab needs and what is here', async () => {
      await begin({images: {[DEFAULTS.mysqlImage]: official[DEFAULTS.mysqlImage]!}})
      const list = await json<ImageList>('images', 'list', '--release', 'mini', '--offline')
      assert.deepEqual(Object.keys(list), ['lab', 'release', 'releaseReason', 'images', 'warnings'])
      const found = Object.fromEntries(
        list.images.map(({name, here, origin, digest}) => [
          name.replace(/^(apim-lab\/.*):.*/, '$1'),
          {here, origin, digest},
        ]),
      )
      assert.deepEqual(found, {
        'apim-lab/mini': {here: false, origin: 'build', digest: null},
        'mysql:8.0': {here: true, origin: 'pull-or-build', digest: DIGEST('1')},
        'nginx:1.28': {here: false, origin: 'pull-or-build', digest: null},
      })
      const text = await done('images', 'list', '--release', 'mini', '--offline')
      assert.match(text, /mysql:8\.0 +here +1{12} +1 MB +amd64 +- +pulled, else built here +mysql/)
      assert.match(text, /nginx:1\.28 +missing/)
      assert.match(text, /images pull --release mini\n.*images build/)
    })

    it('names every component that runs an image', async () => {
      const {images} = await json<ImageList>('images', 'list', '--release', '3.2.0', '--offline')
      assert.deepEqual(images.find(({name}) => name === PRODUCT[1])?.components, ['analytics-worker'])
      assert.ok(images.some(({components}) => components.includes('helper')))
    })

    it('takes one command and no other word', () =>
      refuses(['images', 'list', 'extra'], {
        exit: 2,
        code: 'usage-invalid',
        message: /images list takes no argument "extra"/,
        next: /images list --help/,
      }))
  })

  describe('pull', () => {
    it('pulls what is missing, tells of every layer, and has nothing to do the next time', async () => {
      await begin({registry: official})
      const text = await done('images', 'pull', '--release', 'mini')
      assert.match(text, /Pulled mysql:8\.0, nginx:1\.28\./)
      assert.match(text, /mysql:8\.0: 0\.5 of 1\.0 MB\nmysql:8\.0 layer1: done/)
      assert.match(await done('images', 'pull', '--release', 'mini'), /Nothing to pull\.\nAlready here: mysql:8\.0/)
      assert.match(await done('images', 'pull', '--release', 'mini', '--force'), /Pulled mysql:8\.0/)
    })

    it('that breaks off says how to go on, and goes on', async () => {
      const broken = {[DEFAULTS.loadBalancerImage]: 'unexpected EOF'}
      await begin({registry: official, broken})
      await refuses(['images', 'pull', '--release', 'mini'], {
        exit: 1,
        code: 'image-unavailable',
        message: /nginx:1\.28 can't be pulled: unexpected EOF\./,
        next: /images pull \(pulls what is missing/,
      })
      delete (broken as Record<string, string>)[DEFAULTS.loadBalancerImage]
      assert.match(await done('images', 'pull', '--release', 'mini'), /Pulled nginx:1\.28\.\nAlready here: mysql:8\.0/)
    })

    it('whose engine hangs up says so', async () => {
      await begin({registry: official})
      when('/images/create', n => stub.failAt(n, 'half'))
      assertComplaint(await run('images', 'pull', '--release', 'mini'), {
        exit: 1,
        code: 'image-unavailable',
        message: /The pull of mysql:8\.0 was interrupted: the connection to the Docker engine was lost/,
        next: /images pull \(pulls what is missing/,
      })
    })

    it('that is refused says how to log in, whatever is on the engine', async () => {
      await begin({
        registry: {...official, ...Object.fromEntries(PRODUCT.map(name => [name, {}]))},
        denied: ['far/mysql:1', WSO2],
      })
      await writeFile(file('apim-lab.yaml'), 'mysql:\n  image: far/mysql:1\n')
      const complaint = {
        exit: 1,
        code: 'image-login-needed',
        message: /registry docker\.io denies access to far\/mysql:1: refused without a login/,
        next: /docker login\n/,
      }
      await refuses(['images', 'pull', '--release', 'mini'], complaint)
      await refuses(['up', '--release', 'mini'], complaint)
    })

    it("from WSO2's own registry says that it needs a subscription, and what is free", async () => {
      await writeFile(file('apim-lab.yaml'), `release: 3.2.0\ncomponents:\n  gateway:\n    image: ${WSO2}\n`)
      const ended = await run('images', 'pull')
      assertComplaint(ended, {
        exit: 1,
        code: 'image-login-needed',
        message: /registry docker\.wso2\.com denies access/,
        evidence: /need a WSO2 subscription; those of wso2\/\.\.\. on Docker Hub are free/,
        next: /docker login docker\.wso2\.com/,
      })
    })

    it('shows no password, with whatever it fails and whatever debugs it', async () => {
      await begin({denied: [DEFAULTS.mysqlImage]})
      await mkdir(join(folder, 'docker'), {recursive: true})
      const auth = Buffer.from('me:very-secret').toString('base64')
      await writeFile(
        join(folder, 'docker/config.json'),
        JSON.stringify({auths: {'https://index.docker.io/v1/': {auth}}}),
      )
      const {env, ...others} = options()
      const {exitCode, stderr, stdout} = await apimLab(['images', 'pull', '--release', 'mini', '--json'], {
        ...others,
        env: {...env, DEBUG: '*'},
      })
      assert.equal(exitCode, 1)
      const text = `${String(stdout)}${String(stderr)}`
      assert.match(text, /refused with the login that docker has for it/)
      // The header would begin so.
      assert.doesNotMatch(text, new RegExp(`very-secret|${auth}|eyJ1c2Vy`))
      assert.match(text, /X-Registry-Auth.*RegistryLogin/)
      await rm(join(folder, 'docker'), {recursive: true})
    })
  })

  describe('save and load', () => {
    const SAVE = ['images', 'save', 'images.tar', '--release', 'mini', '--offline']

    it('refuse to save what is not here, and leave no file', async () => {
      await begin({images: official})
      await refuses(SAVE, {
        exit: 1,
        code: 'image-unavailable',
        message: /nothing was saved: apim-lab\/mini:/,
        next: /images build/,
      })
      assert.deepEqual(await readdir(work()), [])
    })

    it('carry all images of a lab to another engine', async () => {
      await done('images', 'build', '--offline')
      const text = await done(...SAVE)
      assert.match(text, /Saved 3 images, 0 MB: .*mysql:8\.0, nginx:1\.28/)
      assert.deepEqual(await readdir(work()), ['images.tar'])
      await writeFile(file('images.tar.gz'), gzipSync(await readFile(file('images.tar'))))

      await begin()
      const loaded = await json<ImageLoadResult>('images', 'load', 'images.tar')
      assert.equal(loaded.images.length, 3)
      assert.deepEqual({missing: loaded.missing, warnings: loaded.warnings}, {missing: [], warnings: []})
      assert.match(
        await done('images', 'load', 'images.tar'),
        /Loaded .*mysql:8\.0.*\nNext:\n.*up --release mini --offline/,
      )
    })

    it('replace a file only with --force', async () => {
      const complaint = {
        exit: 1,
        code: 'file-unusable',
        message: /There is a file already: .*images\.tar/,
        next: /--force/,
      }
      await refuses(SAVE, complaint)
      await done(...SAVE, '--force')
    })

    it('name what can not be written', async () => {
      const to = (path: string) => ['images', 'save', path, '--release', 'mini', '--offline']
      await refuses(to('none/images.tar'), {
        exit: 1,
        code: 'file-unusable',
        message: /There is no folder .*none/,
        next: /mkdir -p/,
      })
      await refuses(to('.'), {exit: 1, code: 'file-unusable', message: /is a folder/, next: /ls -ld/})
    })

    it('leave nothing of a save that broke off', async () => {
      when('/images/get', n => stub.failAt(n, 'half'))
      const {exitCode, stderr} = await run('images', 'save', 'second.tar', '--release', 'mini', '--offline')
      assert.equal(exitCode, 1, String(stderr))
      assert.match(String(stderr), /lost while saving images|has no end/)
      stub.resetCalls()
      assert.deepEqual((await readdir(work())).toSorted(), ['images.tar', 'images.tar.gz'])
    })

    it('leave nothing of a save that was stopped', async () => {
      when('/images/get', () => {
        child.kill('SIGINT')
        return delay(200)
      })
      const child = run('images', 'save', 'second.tar', '--release', 'mini', '--offline')
      const ended = await child
      assert.equal(ended.exitCode, 130, String(ended.stderr))
      stub.resetCalls()
      assert.deepEqual((await readdir(work())).toSorted(), ['images.tar', 'images.tar.gz'])
    })

    for (const [what, content, message] of [
      ['no tar', Buffer.from('not a tar at all\n'.repeat(100)), /not an archive of images|cut off or damaged/],
      ['empty', Buffer.alloc(0), /not an archive of images/],
      ['a tar of something else', 'other', /not an archive of images/],
      ['cut off', 'cut', /cut off or damaged/],
      ['cut off and gzipped', 'cut.gz', /cut off or damaged|not an archive of images/],
    ] as const)
      it(`refuse to load what is ${what}, and ask no engine`, async () => {
        await writeFile(file('bad.tar'), await bad(content))
        stub.resetCalls()
        await refuses(['images', 'load', 'bad.tar'], {
          exit: 1,
          code: 'image-archive-invalid',
          message,
          next: /images save FILE/,
        })
        assert.deepEqual(stub.calls, [])
        await rm(file('bad.tar'))
      })

    async function bad(content: Buffer | string): Promise<Buffer> {
      if (content instanceof Buffer) return content
      if (content === 'cut.gz') return (await readFile(file('images.tar.gz'))).subarray(0, 100)
      if (content === 'cut') return (await readFile(file('images.tar'))).subarray(0, 600)
      const other = pack()
      other.entry({name: 'notes.txt'}, 'no image')
      other.finalize()
      const chunks: Buffer[] = []
      for await (const chunk of other) chunks.push(chunk as Buffer)
      return Buffer.concat(chunks)
    }

    it('say that there is no such file', () =>
      refuses(['images', 'load', 'none.tar'], {
        exit: 1,
        code: 'file-unusable',
        message: /There is no file .*none\.tar/,
        next: /ls -l/,
      }))

    it('warn of images for another platform', async () => {
      await begin({architectures: {[DEFAULTS.mysqlImage]: 'arm64'}})
      const {warnings} = await json<ImageLoadResult>('images', 'load', 'images.tar')
      assert.deepEqual(warnings, ['mysql:8.0 is for linux/arm64, and this engine is for linux/amd64'])
    })
  })

  describe('build', () => {
    it('builds ours, and once', async () => {
      await begin()
      assert.match(await done('images', 'build', 'mysql', '--offline'), /Built apim-lab\/mysql:/)
      assert.match(
        await done('images', 'build', '--offline'),
        /Built .*mini:.*, .*load-balancer:.*\nAlready built: .*mysql/,
      )
    })

    it("never builds WSO2's", () =>
      refuses(['images', 'build', 'wso2/wso2am:3.2.0'], {
        exit: 2,
        code: 'usage-invalid',
        message:
          /wso2am:3\.2\.0 is not built here: only mini, mysql, postgresql, load-balancer, fault are\. WSO2's images/,
        next: /images pull/,
      }))
  })

  describe('what a lab was made with', () => {
    const isSame = async () =>
      (await json<ImageList>('images', 'list', '--offline')).images.map(({name, same}) => [name.split(':')[0], same])

    it('is noted by up, and up warns of a tag that has moved since', async () => {
      await begin({images: official})
      assert.doesNotMatch(await done(...UP), /warning: .* when this lab was made/)
      assert.deepEqual(await isSame(), [
        ['apim-lab/mini', true],
        ['mysql', true],
        ['nginx', true],
      ])
      stub.world.addImage(DEFAULTS.loadBalancerImage, {Cmd: ['nginx'], digest: DIGEST('3')})
      assert.match(await done('images', 'list', '--offline'), /nginx:1\.28 +here +3{12} .* was 2{12}/)
      assert.match(
        await done(...UP),
        /warning: apim: nginx:1\.28 was 2{12} when this lab was made and is 3{12} now: load-balancer will be recreated/,
      )
      assert.doesNotMatch(await done(...UP), /when this lab was made/)
      assert.deepEqual((await isSame()).at(-1), ['nginx', true])
    })
  })

  describe('an image for another machine', () => {
    const other = (runs: boolean): WorldOptions => {
      const late = labBehaviour(() => stub.world)
      return {
        images: official,
        architectures: {[DEFAULTS.loadBalancerImage]: 'arm64'},
        behaviour: (name, config) =>
          (config as {Entrypoint?: string[]}).Entrypoint?.[0] === '/bin/true'
            ? {run: process => process.exit(runs ? 0 : 1)}
            : late(name, config),
      }
    }

    it('that runs emulated is warned about', async () => {
      await begin(other(true))
      assert.match(
        await done(...UP),
        /warning: apim: nginx:1\.28 is for linux\/arm64 and this engine is amd64: it runs emulated/,
      )
      const {warnings, images} = await json<ImageList>('images', 'list', '--offline')
      assert.match(warnings.join(), /several times slower; deadlines are 3 times as long/)
      assert.deepEqual(
        images.map(({emulated}) => emulated),
        [false, false, true],
      )
    })

    it('is tried in a container that goes', () =>
      assert.deepEqual(
        stub.snapshot().containers.filter(name => name.includes('helper')),
        [],
      ))

    it('that can not run is an error before anything is made', async () => {
      await begin(other(false))
      await refuses(UP, {
        exit: 1,
        code: 'image-unusable',
        message: /nginx:1\.28 is for linux\/arm64: this engine is amd64 and can't run it/,
        next: /docker pull --platform linux\/amd64 nginx:1\.28/,
      })
      assert.deepEqual(stub.snapshot(), {containers: [], networks: [], volumes: []})
    })
  })
})
