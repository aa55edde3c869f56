import assert from 'node:assert/strict'
import {spawn} from 'node:child_process'
import {mkdtemp, readdir, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {StubEngine} from './stub/stub-engine.js'

const RUN = fileURLToPath(new URL('../../bin/run.js', import.meta.url))

describe('the terminal', function () {
  this.timeout(60_000)
  let folder: string
  let stub: StubEngine
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'apim-lab-terminal-'))
    stub = await StubEngine.start({images: {}})
  })
  after(async () => {
    await stub.close()
    await rm(folder, {recursive: true, force: true})
  })

  /** Runs a line of bash in which `lab` is the program. */
  function shell(line: string, env: NodeJS.ProcessEnv = {}) {
    const script = `set -o pipefail; lab() { "$NODE" "$RUN" "$@"; }; ${line}`
    const child = spawn('bash', ['-c', script], {
      cwd: folder,
      env: {
        PATH: process.env['PATH'],
        HOME: folder,
        XDG_DATA_HOME: join(folder, 'data'),
        DOCKER_HOST: stub.dockerHost,
        NODE: process.execPath,
        RUN,
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let stdout = ''
    let stderr = ''
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
    return new Promise<{status: number | null; stdout: string; stderr: string}>(resolve =>
      child.on('close', status => resolve({status, stdout, stderr})),
    )
  }

  describe('an output that nobody reads', () => {
    for (const command of ['releases', 'releases --json', '--help', 'down --lab nope'])
      it(`ends ${command} without a word`, async () => {
        // The reader is gone before the first word.
        assert.deepEqual(await shell(`lab ${command} | { exec <&-; }`), {status: 141, stdout: '', stderr: ''})
      })
  })

  describe('an output that is full', () => {
    for (const command of ['releases', 'releases --json', '--help', 'status --lab nope --json'])
      it(`is told by ${command} in a line`, async () => {
        assert.deepEqual(await shell(`lab ${command} > /dev/full`), {
          status: 1,
          stdout: '',
          stderr: "Can't write the output: the disk is full.\n",
        })
      })

    it('for errors: the status is what is left', async () => {
      assert.deepEqual(await shell('lab status --lab "a b" 2> /dev/full'), {status: 2, stdout: '', stderr: ''})
      assert.deepEqual(await shell('lab status --lab "a b" 2>&-'), {status: 2, stdout: '', stderr: ''})
    })
  })

  describe('a working directory that is gone', () => {
    const inGone = (line: string) => shell(`mkdir gone && cd gone && rmdir ../gone && ${line}`)

    it('is told where it is needed', async () => {
      for (const command of ['status', 'up --dry-run --lab x', 'lint', 'init']) {
        const {status, stderr} = await inGone(`lab ${command}`)
        assert.equal(status, 1, stderr)
        assert.match(stderr, /^The working directory is gone: .*\nNext:\n {2}cd /m)
        assert.doesNotMatch(stderr, /bug|\n\s+at /)
      }
    })

    it('does not matter where it is not', async () => {
      for (const command of ['down --lab x', 'releases', '--version']) {
        const {status, stderr} = await inGone(`lab ${command}`)
        assert.equal(status, 0, stderr)
      }
    })
  })

  describe('folders for data that are', () => {
    const labs = async () => (await readdir(folder)).toSorted()

    it('relative are ignored, as the specification says', async () => {
      const before = await labs()
      for (const name of ['XDG_DATA_HOME', 'XDG_CONFIG_HOME', 'XDG_CACHE_HOME'])
        assert.equal((await shell('lab down --lab x', {[name]: 'relative'})).status, 0)
      assert.deepEqual(
        (await labs()).filter(name => !before.includes(name) && name !== '.local' && name !== 'data'),
        [],
      )
      assert.ok((await labs()).includes('.local'), 'the default is taken')
    })

    it("nobody's, since this user has no home", async () => {
      const {status, stdout, stderr} = await shell('unset HOME XDG_DATA_HOME; lab releases')
      assert.equal(status, 0, stderr)
      assert.match(stdout, /^mini /m)
    })
  })
})
