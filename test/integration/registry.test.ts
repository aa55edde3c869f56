import assert from 'node:assert/strict'
import {access, chmod, mkdir, readdir, readFile, rm, writeFile} from 'node:fs/promises'
import {homedir} from 'node:os'
import {join} from 'node:path'
import {Readable} from 'node:stream'
import {gzipSync} from 'node:zlib'
import {readDockerConfig} from '../../src/disk/docker-config.js'
import {DockerEngine} from '../../src/engine/docker-engine.js'
import type {ImageList} from '../../src/lab/images/list.js'
import type {ImageLoadResult} from '../../src/lab/images/load.js'
import {assertComplaint} from '../support/command-line.js'
import {PASSWORD, Registries, USER} from './support/registry.js'
import {docker, TestLab} from './support/test-lab.js'
import {tinyImage} from './tiny-image.js'

const REPOSITORY = 'apim-lab.test/images-tiny'

describe('images and a real registry', function () {
  this.timeout(180_000)
  let lab: TestLab
  let registries: Registries
  const made = new Set<string>()
  const dockerConfig = () => join(lab.dataHome, 'docker')
  const environment = () => ({DOCKER_CONFIG: dockerConfig(), PATH: `${dockerConfig()}:${process.env['PATH']}`})
  const run = (...args: string[]) => lab.run(args, {env: environment()})
  const open = () => `${registries.open}/${REPOSITORY}:1`
  const closed = () => `${registries.closed}/${REPOSITORY}:1`
  const idOf = async (name: string) => (await docker.getImage(name).inspect()).Id
  const gone = (name: string) =>
    docker
      .getImage(name)
      .remove({force: true})
      .catch(() => undefined)

  async function done(...args: string[]): Promise<string> {
    const {exitCode, stdout, stderr} = await run(...args)
    assert.equal(exitCode, 0, String(stderr))
    return String(stdout)
  }
  const json = async <T>(...args: string[]) => JSON.parse(await done(...args, '--json')) as T

  /** Makes an image of its own, pushes it, and leaves the engine without it. Returns its id. */
  async function push(command: string): Promise<string> {
    const name = open()
    const [repo, tag] = [name.slice(0, name.lastIndexOf(':')), '1']
    await Readable.from(
      await docker.importImage(Readable.from([tinyImage()]), {repo, tag, changes: `CMD ["${command}"]`}),
    ).toArray()
    const id = await idOf(name)
    // Without its name it stays once the name means another one.
    made.add(id)
    const answer = await docker.getImage(name).push({authconfig: {username: '', password: ''}})
    const output = Buffer.concat(await (answer as Readable).toArray()).toString()
    assert.doesNotMatch(output, /"error"/)
    await gone(name)
    return id
  }
  const PULL = ['images', 'pull', '--release', 'mini', '--force']

  before(async () => {
    lab = await TestLab.create('images')
    registries = await Registries.start()
    for (const name of [open(), closed()]) made.add(name)
    // The surroundings that no test here is about must not be asked for in registries that no one reaches.
    await done('images', 'build', '--offline')
    await mkdir(dockerConfig(), {recursive: true})
  })
  after(async () => {
    for (const name of made) await gone(name)
    await registries.stop()
    await lab.remove()
  })
  beforeEach(() => writeFile(join(dockerConfig(), 'config.json'), '{}'))

  /** Only one image of the lab is asked for: the others are ours. */
  async function only(image: string): Promise<void> {
    const list = await json<ImageList>('images', 'list', '--offline', '--release', 'mini')
    const balancer = list.images.find(({components}) => components.includes('load-balancer'))!.name
    await writeFile(
      join(lab.workingDirectory, 'apim-lab.yaml'),
      `mysql:\n  image: ${image}\nloadBalancer:\n  image: ${balancer}\n`,
    )
  }

  it('pulls without a login where none is wanted', async () => {
    const id = await push('/wait')
    await only(open())
    assert.match(await done(...PULL), new RegExp(`Pulled ${open()}`))
    assert.equal(await idOf(open()), id)
    const {images} = await json<ImageList>('images', 'list', '--release', 'mini', '--offline')
    const row = images.find(({name}) => name === open())!
    assert.match(row.digest!, /^sha256:[0-9a-f]{64}$/)
    assert.deepEqual([row.here, row.id, row.same, row.origin], [true, id, null, 'pull'])
  })

  it('is told to log in, and pulls with the login of docker login', async () => {
    await only(closed())
    const complaint = {
      exit: 1,
      code: 'image-login-needed',
      message: new RegExp(`registry ${registries.closed} denies access to .*: refused without a login`),
      next: new RegExp(`docker login ${registries.closed}`),
    }
    assertComplaint(await run(...PULL), complaint)
    assertComplaint(await run('up', '--release', 'mini'), complaint)
    const config = (password: string) => {
      const auth = Buffer.from(`${USER}:${password}`).toString('base64')
      return writeFile(join(dockerConfig(), 'config.json'), JSON.stringify({auths: {[registries.closed]: {auth}}}))
    }
    await config('wrong-password')
    const refused = await run(...PULL)
    assertComplaint(refused, {...complaint, message: /refused with the login that docker has for it/})
    assert.doesNotMatch(String(refused.stderr), /wrong-password/)
    await config(PASSWORD)
    assert.match(await done(...PULL), new RegExp(`Pulled ${closed()}`))
  })

  it('pulls with the login of a credential helper, and keeps it nowhere', async () => {
    await gone(closed())
    const helper = join(dockerConfig(), 'docker-credential-apim-lab-test')
    const answer = JSON.stringify({ServerURL: registries.closed, Username: USER, Secret: PASSWORD})
    await writeFile(helper, `#!/bin/sh\n[ "$1" = get ] && [ "$(cat)" = ${registries.closed} ] && echo '${answer}'\n`)
    await chmod(helper, 0o755)
    await writeFile(join(dockerConfig(), 'config.json'), '{"credsStore":"apim-lab-test"}')
    assert.match(await done(...PULL), new RegExp(`Pulled ${closed()}`))
    const kept = await readdir(join(lab.dataHome, 'apim-lab'), {recursive: true, withFileTypes: true}).catch(() => [])
    for (const entry of kept.filter(found => found.isFile()))
      assert.doesNotMatch(await readFile(join(entry.parentPath, entry.name), 'latin1'), new RegExp(`"${PASSWORD}"`))
  })

  it('has the new image of a tag that has moved only with --force', async () => {
    const before = await idOf(closed())
    await only(open())
    await done(...PULL)
    const moved = await push('/other')
    assert.notEqual(moved, before)
    await done(...PULL)
    assert.equal(await idOf(open()), moved)
    assert.match(await done('images', 'pull', '--release', 'mini'), /Nothing to pull/)
  })

  it('saves all images of the lab and loads them again, gzipped or not', async () => {
    await only(open())
    const file = join(lab.workingDirectory, 'images.tar')
    const id = await idOf(open())
    assert.match(await done('images', 'save', file, '--release', 'mini'), /Saved 3 images, [1-9]\d+ MB/)
    assertComplaint(await run('images', 'save', file, '--release', 'mini'), {
      exit: 1,
      code: 'file-unusable',
      message: /There is a file already/,
      next: /--force/,
    })
    await gone(open())
    const {images, missing} = await json<ImageLoadResult>('images', 'load', file)
    assert.deepEqual(missing, [])
    assert.equal(images.find(({name}) => name === open())?.id, id)

    const tiny = join(lab.workingDirectory, 'tiny.tar')
    const tar = Buffer.concat(await ((await docker.getImage(open()).get()) as Readable).toArray())
    await writeFile(`${tiny}.gz`, gzipSync(tar))
    await gone(open())
    await done('images', 'load', `${tiny}.gz`)
    assert.equal(await idOf(open()), id)
    await writeFile(tiny, tar.subarray(0, tar.length >> 1))
    assertComplaint(await run('images', 'load', tiny), {
      exit: 1,
      code: 'image-archive-invalid',
      message: /cut off or damaged/,
      next: /ls -l/,
    })
  })

  it('leaves nothing of a save that is stopped', async () => {
    const file = join(lab.workingDirectory, 'stopped.tar')
    const child = lab.run(['images', 'save', file, '--release', 'mini'], {env: environment()})
    let stopped = false
    child.stderr!.on('data', (chunk: Buffer) => {
      if (!stopped && /of about/.test(chunk.toString())) stopped = child.kill('SIGINT')
    })
    assert.equal((await child).exitCode, 130)
    await assert.rejects(access(file))
    assert.deepEqual(
      (await readdir(lab.workingDirectory)).filter(name => name.includes('stopped')),
      [],
    )
    await rm(join(lab.workingDirectory, 'images.tar'))
  })

  it('knows whether this machine runs a program of an image', async () => {
    const {env, platform} = process
    const engine = await DockerEngine.connect({
      ...{env, platform, home: homedir(), uid: process.getuid?.() ?? 0},
      ...(await readDockerConfig(homedir(), env)),
    })
    const list = await json<ImageList>('images', 'list', '--release', 'mini', '--offline')
    const mini = list.images.find(({components}) => components.includes('helper'))!.name
    const trial = {lab: lab.name, folder: lab.folder}
    assert.equal(await engine.images.canRun(mini, trial), true)
    // It has nothing that could be tried.
    assert.equal(await engine.images.canRun(open(), trial), undefined)
    assert.deepEqual((await lab.remains()).containers, [])
  })
})
