import {execa} from 'execa'
import assert from 'node:assert/strict'
import {chmod, cp, mkdir, mkdtemp, readFile, rm, symlink, utimes, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

const ROOT = join(import.meta.dirname, '../..')

/** An engine as far as setup asks one: it answers a ping, a moment after its start. */
const ENGINE = `require('node:fs').rmSync('/run/docker.sock', {force: true})
const server = require('node:http').createServer((_, response) => {
  response.writeHead(200, {'api-version': '1.41', server: 'Docker/20.10.0-stub (linux)'}).end('OK')
})
setTimeout(() => server.listen('/run/docker.sock'), 300)
`

interface Machine {
  /** The programs that it has beside those that every machine has; text of a shell script each. */
  readonly programs?: Readonly<Record<string, string>>
  readonly engineRuns?: boolean
  readonly systemd?: boolean
  readonly osRelease?: string
  readonly env?: Readonly<Record<string, string>>
  readonly args?: readonly string[]
  /** What is typed on a terminal; without it, there is none. */
  readonly typed?: string
}

/** Runs the real bin/setup in a checkout of its own, on a machine where nothing is installed but what the test says. */
class FreshMachine {
  constructor(readonly folder: string) {}

  static async make(): Promise<FreshMachine> {
    const machine = new FreshMachine(await mkdtemp(join(tmpdir(), 'apim-lab-setup-')))
    await machine.checkOut()
    return machine
  }

  async checkOut(): Promise<void> {
    const {folder} = this
    for (const path of ['bin', 'package.json', 'package-lock.json', 'tsconfig.json'])
      await cp(join(ROOT, path), join(folder, path), {recursive: true})
    for (const path of ['src', 'node_modules']) await symlink(join(ROOT, path), join(folder, path))
    for (const path of ['dist', 'home', 'programs']) await mkdir(join(folder, path))
    await writeFile(join(folder, 'oclif.manifest.json'), '{}')
    await this.age('package-lock.json')
  }

  /** Makes a file older than all others. */
  async age(path: string): Promise<void> {
    await utimes(join(this.folder, path), 1, 1)
  }

  /** Makes a file newer than all others, however fast this machine wrote them and whatever its clock rounds. */
  async renew(path: string): Promise<void> {
    const seconds = Date.now() / 1000 + 60
    await utimes(join(this.folder, path), seconds, seconds)
  }

  async program(name: string, script: string): Promise<void> {
    const path = join(this.folder, 'programs', name)
    // It may be a link by now, such as one to a program of this machine.
    await rm(path, {force: true})
    await writeFile(path, script.startsWith('#!') ? script : `#!/bin/sh\necho "${name} $*" >> "$CALLS"\n${script}\n`)
    await chmod(path, 0o755)
  }

  async setup({programs = {}, engineRuns, systemd, osRelease, env, args = [], typed}: Machine) {
    const {folder} = this
    await writeFile(join(folder, 'engine.cjs'), ENGINE)
    await this.program('stub-engine', `#!/bin/sh\nexec ${process.execPath} ${folder}/engine.cjs\n`)
    const available = {npm: '', 'apt-get': '', systemctl: 'stub-engine >/dev/null 2>&1 &', ...programs}
    for (const [name, script] of Object.entries(available)) await this.program(name, script)
    await writeFile(join(folder, 'os-release'), osRelease ?? 'ID=debian\n')
    const command = [join(folder, 'bin/setup'), ...args].join(' ')
    // In a mount namespace of its own: what this machine has of Docker is neither seen nor touched.
    const script = `
      for folder in /run /usr/sbin /var/log; do mount -t tmpfs none $folder; done
      mount --bind ${folder}/os-release /etc/os-release
      ${systemd ? 'mkdir -p /run/systemd/system' : ''}
      ${engineRuns ? 'stub-engine >/dev/null 2>&1 & while ! [ -S /run/docker.sock ]; do sleep 0.05; done' : ''}
      cd /
      ${typed === undefined ? command : `script -qec '${command}' /dev/null`}`
    const result = await execa(
      'unshare',
      ['--mount', '--pid', '--fork', '--kill-child', '--mount-proc', 'sh', '-c', script],
      {
        env: {
          PATH: `${join(folder, 'programs')}:${process.env['PATH']}`,
          HOME: join(folder, 'home'),
          CALLS: join(folder, 'calls'),
          ...env,
        },
        extendEnv: false,
        all: true,
        reject: false,
        timeout: 90_000,
        ...(typed === undefined ? {stdin: 'ignore' as const} : {input: typed}),
      },
    )
    return {exitCode: result.exitCode, text: result.all, calls: await this.calls()}
  }

  async calls(): Promise<string[]> {
    const text = await readFile(join(this.folder, 'calls'), 'utf8').catch(() => '')
    await rm(join(this.folder, 'calls'), {force: true})
    return text.split('\n').filter(Boolean)
  }

  async remove(): Promise<void> {
    await rm(this.folder, {recursive: true})
  }
}

/** apt-get as it is after `install docker.io debootstrap`: both are there. */
const APT = `cd "$(dirname "$0")" && ln -sf stub-engine dockerd && ln -sf /bin/true debootstrap`
const PACKAGES = 'apt-get -qq install -y --no-install-recommends docker.io iptables debootstrap'

describe('bin/setup', function () {
  this.timeout(120_000)
  let machine: FreshMachine

  before(function () {
    // Namespaces are Linux's, and root's.
    if (process.platform !== 'linux' || process.getuid?.() !== 0) this.skip()
  })

  beforeEach(async () => void (machine = await FreshMachine.make()))
  afterEach(() => machine.remove())

  it('leaves a machine alone that has everything, in one line', async () => {
    const {exitCode, text, calls} = await machine.setup({engineRuns: true, programs: {debootstrap: ''}})
    assert.equal(text, 'setup: nothing to do, Docker 20.10.0-stub at /var/run/docker.sock')
    assert.deepEqual([exitCode, calls], [0, []])
  })

  it('installs and starts an engine, waits for it, and then finds nothing to do', async () => {
    const first = await machine.setup({programs: {'apt-get': APT}})
    assert.equal(first.exitCode, 0, first.text)
    assert.deepEqual(first.calls, ['apt-get -qq update', PACKAGES])
    assert.deepEqual(first.text.split('\n'), [
      'setup: installing docker.io iptables debootstrap (apt-get)',
      'setup: starting the Docker engine (dockerd, log in /var/log/apim-lab-dockerd.log)',
      'setup: done, Docker 20.10.0-stub at /var/run/docker.sock',
    ])
    const second = await machine.setup({engineRuns: true, programs: {debootstrap: ''}})
    assert.deepEqual([second.exitCode, second.calls], [0, []])
  })

  it('starts the engine through systemd where that runs, and installs nothing that is there', async () => {
    const programs = {dockerd: '', iptables: '', debootstrap: ''}
    const {exitCode, text, calls} = await machine.setup({systemd: true, programs})
    assert.equal(exitCode, 0, text)
    assert.deepEqual(calls, ['systemctl start docker'])
  })

  it('installs debootstrap beside an engine that answers', async () => {
    const {exitCode, calls} = await machine.setup({engineRuns: true})
    assert.equal(exitCode, 0)
    assert.deepEqual(calls, ['apt-get -qq update', 'apt-get -qq install -y --no-install-recommends debootstrap'])
  })

  it('shows why an engine does not start', async () => {
    const programs = {dockerd: 'echo "no such kernel module"; exit 3', iptables: '', debootstrap: ''}
    const {exitCode, text} = await machine.setup({programs})
    assert.equal(exitCode, 1)
    assert.match(text, /did not start:\n {2}no such kernel module\ndockerd ended with exit code 3$/)
  })

  it('asks once on a terminal', async () => {
    const no = await machine.setup({typed: 'n\n'})
    assert.equal(no.exitCode, 1)
    assert.equal(no.text.match(/\[Y\/n\]/g)?.length, 1)
    assert.deepEqual(no.calls, [])
    const yes = await machine.setup({typed: 'y\n', programs: {'apt-get': APT}})
    assert.equal(yes.exitCode, 0, yes.text)
    assert.ok(yes.calls.includes(PACKAGES))
  })

  it('does not ask with --yes', async () => {
    const {exitCode, text} = await machine.setup({typed: '', args: ['--yes'], programs: {'apt-get': APT}})
    assert.equal(exitCode, 0, text)
    assert.doesNotMatch(text, /\[Y\/n\]/)
  })

  const CANNOT: readonly (readonly [string, Machine])[] = [
    ['on another distribution', {osRelease: 'ID=fedora\n'}],
    ['without root and without sudo', {programs: {id: 'echo 1000', sudo: 'exit 1'}}],
  ]
  for (const [where, on] of CANNOT) {
    it(`says what to install ${where}`, async () => {
      const {exitCode, text, calls} = await machine.setup(on)
      assert.equal(exitCode, 1)
      assert.match(
        text,
        /no Docker engine answers, and none can be installed from here.\n {2}macOS.*\n {2}Debian.*apt-get install/,
      )
      assert.ok(!calls.some(call => call.startsWith('apt-get')))
    })
  }

  it('does not replace an engine that was named', async () => {
    const {exitCode, text, calls} = await machine.setup({env: {DOCKER_HOST: 'unix:///no/such.sock'}})
    assert.equal(exitCode, 1)
    assert.match(text, /no\/such.sock/)
    assert.deepEqual(calls, [])
  })

  it('wants a Node that is new enough', async () => {
    const {exitCode, text} = await machine.setup({programs: {node: 'echo v18.19.1'}})
    assert.equal(exitCode, 1)
    assert.match(text, /Node.js 20.19 or newer is needed; this is 18.19.1/)
  })

  it('installs dependencies and builds when they are older than what they are made from', async () => {
    const engine = {engineRuns: true, programs: {debootstrap: ''}}
    await machine.renew('package-lock.json')
    const dependencies = await machine.setup(engine)
    assert.match(dependencies.calls.join(), /^npm ci [^,]*,npm run --silent build$/)
    await machine.age('package-lock.json')
    await machine.age('oclif.manifest.json')
    assert.deepEqual((await machine.setup(engine)).calls, ['npm run --silent build'])
  })
})
