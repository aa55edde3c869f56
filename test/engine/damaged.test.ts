import assert from 'node:assert/strict'
import {execFile} from 'node:child_process'
import {lstat, mkdir, readFile, rm, symlink, writeFile} from 'node:fs/promises'
import {basename, dirname, join} from 'node:path'
import {promisify} from 'node:util'
import {filesBelow} from '../../src/disk/files.js'
import {apimLab, assertComplaint} from '../support/command-line.js'
import {prepareLab, type PreparedLab, type SweepLab} from './support/sweep-lab.js'

const run = promisify(execFile)
const FOREIGN = 'a file of somebody else\n'

type Damage = (path: string, foreign: string) => Promise<unknown>

const inPlace = (put: Damage) => async (path: string, foreign: string) => {
  await rm(path, {recursive: true, force: true})
  return put(path, foreign)
}

const CONTENTS: Readonly<Record<string, Damage>> = {
  'cut short': async path => writeFile(path, (await readFile(path)).subarray(0, -20)),
  empty: path => writeFile(path, ''),
  garbage: path => writeFile(path, Buffer.from([0, 255, 123, 34, 91])),
  'other JSON': path => writeFile(path, '{"version":1,"accounts":null,"pair":{},"key":[]}'),
  'JSON of nothing': path => writeFile(path, 'null'),
}

const ABSENT: Readonly<Record<string, Damage>> = {
  'a link to nothing': inPlace(path => symlink('/nowhere/at/all', path)),
  gone: path => rm(path),
}

const OTHERS: Readonly<Record<string, Damage>> = {
  'an empty folder': inPlace(path => mkdir(path)),
  'a pipe': inPlace(path => run('mkfifo', [path])),
  'a device': inPlace(path => symlink('/dev/zero', path)),
}

const FILLED = inPlace(async path => {
  await mkdir(path)
  await writeFile(join(path, 'mine'), FOREIGN)
})

/** What is not made anew: the settings are the user's choices. */
const KEPT = ['settings.json']

/** Written when something is made or started, and only then. */
const WHEN_NEEDED = ['shared/nonce', 'ready.json', 'schema-complete']

describe('damaged files of ours', function () {
  this.timeout(120_000)
  let prepared: PreparedLab
  let folder: string
  let foreign: string
  let lab: SweepLab

  before(async () => {
    prepared = await prepareLab('damaged', 12_500)
    ;({lab, folder} = prepared)
    foreign = join(folder, 'foreign')
  })
  after(() => prepared.close())
  beforeEach(async () => {
    await writeFile(foreign, FOREIGN)
    await lab.begin('change')
  })
  afterEach(async () => assert.equal(await readFile(foreign, 'utf8'), FOREIGN))

  const inLab = (path: string) => join(lab.paths.lab, path)
  const anew = async () => (await filesBelow(lab.paths.lab)).filter(path => !KEPT.includes(path))
  const allRegular = async (paths: readonly string[]) => {
    for (const path of paths) assert.ok((await lstat(inLab(path))).isFile(), `${path} is no file`)
  }

  describe('what can be made anew is made anew', () => {
    const stranger = inPlace((path, to) => symlink(to, path))
    for (const [name, damage] of Object.entries({
      ...CONTENTS,
      ...ABSENT,
      ...OTHERS,
      "a link to a stranger's file": stranger,
    }))
      it(name, async () => {
        const paths = await anew()
        assert.ok(paths.includes('tls/key.pem') && paths.includes('compose.yaml') && paths.includes('ready.json'))
        for (const path of paths) await damage(inLab(path), foreign)
        await lab.converge('up')
        await allRegular(paths.filter(path => !WHEN_NEEDED.includes(path)))
      })

    it('another certificate than that of the key', async () => {
      const authority = (await readFile(join(lab.paths.data, 'ca/ca.pem'), 'utf8')) + '\n'
      await writeFile(inLab('tls/certificate.pem'), authority)
      await lab.converge('up')
      assert.notEqual(await readFile(inLab('tls/certificate.pem'), 'utf8'), authority)
    })

    it('files that others may read: they are ours alone again', async () => {
      const paths = ['tls/key.pem', 'secrets.json', 'settings.json']
      for (const path of paths) await run('chmod', ['666', inLab(path)])
      await lab.run('up')
      for (const path of paths) assert.equal((await lstat(inLab(path))).mode & 0o777, 0o600, path)
    })

    it('a link in the place of a folder: nothing is written or removed where it leads', async () => {
      const elsewhere = join(folder, 'elsewhere')
      await mkdir(elsewhere)
      await writeFile(join(elsewhere, 'mine'), FOREIGN)
      for (const path of ['config', 'tls']) await inPlace(at => symlink(elsewhere, at))(inLab(path), '')
      await lab.converge('up')
      assert.deepEqual(await filesBelow(elsewhere), ['mine'])
    })
  })

  it('a folder with files of somebody in the place of any of them: the way out is named, and nothing of it is lost', async () => {
    for (const path of ['secrets.json', 'compose.yaml', 'tls/key.pem']) {
      await lab.begin('change')
      await FILLED(inLab(path), foreign)
      const error = await lab.attempt('up')
      assert.equal(error?.code, 'file-unusable', path)
      assert.match(error.message, /it is a folder with files in it/)
      assert.deepEqual(error.next, [`mv ${inLab(path)} ${inLab(path)}.old`])
      assert.equal(await readFile(join(inLab(path), 'mine'), 'utf8'), FOREIGN)
    }
  })

  describe('the settings', () => {
    // Without one of them they are all the defaults: no damage that could be seen.
    const unreadable = Object.fromEntries(Object.entries(CONTENTS).filter(([name]) => name !== 'other JSON'))
    for (const [name, damage] of Object.entries({...unreadable, ...OTHERS}))
      it(`${name}: told, with the way out`, async () => {
        await damage(inLab('settings.json'), foreign)
        const error = await lab.attempt('up')
        assert.match(String(error?.code), /^(settings-conflict|file-unusable)$/)
        assert.match(String(error?.next), /up --reset|ls -ld .*settings\.json/)
        assert.equal(await lab.attempt('down'), undefined, 'down needs no settings')
      })
    for (const [name, damage] of Object.entries(ABSENT))
      it(`${name}: what was asked for is kept again`, async () => {
        await damage(inLab('settings.json'), foreign)
        await lab.converge('up')
        await allRegular(['settings.json'])
      })
  })

  describe('the certificate authority, which users trust: it is never replaced silently', () => {
    const CA = ['ca/ca.pem', 'ca/ca-key.pem']
    for (const file of CA)
      for (const [name, damage] of Object.entries({...CONTENTS, ...ABSENT, ...OTHERS}))
        it(`${basename(file)}: ${name}`, async () => {
          const other = join(
            lab.paths.data,
            CA.find(path => path !== file)!,
          )
          const before = await readFile(other)
          await damage(join(lab.paths.data, file), foreign)
          const error = await lab.attempt('up')
          assert.match(String(error?.code), /^(authority-damaged|file-unusable)$/, error?.message)
          assert.match(error!.message, /\/ca\b/)
          assert.match(String(error?.next), /mv .*\/ca .*\/ca\.old|ls -ld .*ca/)
          assert.deepEqual(await readFile(other), before)
          assert.equal(await lab.attempt('down'), undefined, 'down needs no authority')
        })

    it('put aside as the error says, another is made, and the lab gets a certificate of it', async () => {
      await writeFile(join(lab.paths.data, CA[0]!), '')
      const error = await lab.attempt('up')
      const [, from, to] = /^mv (\S+) (\S+)/.exec(error!.next.at(-1)!)!
      await run('mv', [from!, to!])
      await lab.converge('up')
    })
  })

  describe('the lock', () => {
    const lock = () => `${lab.paths.lab}.lock`
    for (const [name, damage] of Object.entries(CONTENTS))
      it(`${name}: nobody holds it`, async () => {
        await writeFile(lock(), '{"pid":1,"processStart":"0","command":"x","since":""}')
        await damage(lock(), foreign)
        assert.equal(await lab.attempt('up'), undefined)
      })
    for (const [name, damage] of Object.entries({
      ...OTHERS,
      'a link to nothing': ABSENT['a link to nothing']!,
      'a folder with a file': FILLED,
    }))
      it(`${name}: told, with the way out`, async () => {
        await damage(lock(), foreign)
        for (const command of ['up', 'down'] as const) {
          const error = await lab.attempt(command)
          assert.equal(error?.code, 'file-unusable')
          assert.match(String(error.next), /^(mv|rm) .*\.lock/)
        }
      })
  })

  describe('files that users name: only regular ones are read', () => {
    const pipe = () => join(folder, 'pipe')
    before(() => run('mkfifo', [pipe()]))
    const work = async (name: string) => {
      const path = join(folder, 'work', name)
      await mkdir(dirname(path), {recursive: true})
      return path
    }
    const complains = async (args: readonly string[], message: RegExp, exit = 1) =>
      assertComplaint(
        await apimLab(args, {
          cwd: join(folder, 'work'),
          env: {XDG_DATA_HOME: join(folder, 'data'), DOCKER_HOST: lab.stub.dockerHost, HOME: folder},
        }),
        {exit, code: '', message},
      )
    beforeEach(() => work('x'))
    afterEach(() => rm(join(folder, 'work'), {recursive: true, force: true}))

    it('a lab file', async () => {
      await complains(['render', '--file', pipe()], /Can't read .*pipe: it is a pipe, and only files are read/)
      await complains(['render', '--file', '/dev/zero'], /Can't read \/dev\/zero: it is a device/)
      await run('mkfifo', [await work('apim-lab.yaml')])
      await complains(['status'], /Can't read .*apim-lab\.yaml: it is a pipe/)
    })

    it('an overlay', async () => {
      await writeFile(await work('apim-lab.yaml'), 'overlay: pipe.toml\n')
      await run('mkfifo', [await work('pipe.toml')])
      await complains(['render', '--release', 'mini'], /The overlay pipe\.toml is not a regular file/, 2)
    })

    it('what is checked or imported', async () => {
      await complains(['import', pipe(), '--output', 'out'], /pipe can't be read: it is a pipe/)
      await run('mkfifo', [await work('in/deployment.toml')])
      await complains(['import', 'in', '--output', 'out'], /There is no TOML and no YAML file in in/)
      await complains(['images', 'load', pipe()], /pipe is not a regular file/)
      await complains(['images', 'load', '/dev/zero'], /\/dev\/zero is not a regular file/)
    })

    it('and what is written replaces no device', async () => {
      await complains(
        ['images', 'save', '/dev/null', '--release', 'mini', '--offline', '--force'],
        /\/dev\/null is not a regular file/,
      )
      assert.ok((await lstat('/dev/null')).isCharacterDevice())
    })
  })
})
