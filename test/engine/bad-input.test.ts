import assert from 'node:assert/strict'
import {chmod, cp, mkdir, mkdtemp, readdir, rm, symlink, writeFile} from 'node:fs/promises'
import {createServer} from 'node:http'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {
  apimLab,
  assertComplaint,
  assertComplaintJson,
  type CommandOptions,
  type Complaint,
} from '../support/command-line.js'
import {ROOT} from '../support/lab.js'
import {StubEngine} from './stub/stub-engine.js'
import {copyProgram} from './support/program.js'

const NAMES = ['../x', 'a b', '$(id)', '', 'a'.repeat(33)]
const UP = ['up', '--release', 'mini', '--offline']
const NOBODY = 65_534

const labFolders = async (data: string) =>
  (await readdir(join(data, 'apim-lab/labs')).catch(() => [])).filter(name => !name.includes('.lock'))

describe('bad input', function () {
  this.timeout(60_000)
  let folder: string
  let stub: StubEngine
  let buildFails = true

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'apim-lab-bad-'))
    // Those who may not are to reach the socket and the lab file all the same.
    await chmod(folder, 0o755)
    await mkdir(join(folder, 'work'))
    stub = await StubEngine.start({
      images: {'node:20-slim': {Cmd: ['node']}, 'apim-lab/base:trixie': {Cmd: ['bash']}},
      build: () =>
        buildFails ? new Error('The command apt-get install returned a non-zero code: 100') : {Cmd: ['node']},
    })
  })
  after(async () => {
    await stub.close()
    await rm(folder, {recursive: true, force: true})
  })
  afterEach(() => rm(join(folder, 'work'), {recursive: true}).then(() => mkdir(join(folder, 'work'))))

  const write = (text: string, name = 'apim-lab.yaml') => writeFile(join(folder, 'work', name), text)

  /** Asked as text and as JSON. Nothing of a lab is made. */
  async function refuses(args: readonly string[], complaint: Complaint, options: CommandOptions = {}) {
    // Two labs of the same name do not lock each other out in data directories of their own.
    const run = (words: readonly string[], data: string) =>
      apimLab(words, {
        cwd: join(folder, 'work'),
        ...options,
        env: {XDG_DATA_HOME: join(folder, data), DOCKER_HOST: stub.dockerHost, ...options.env},
      })
    const split = args.indexOf('--')
    const json = split === -1 ? [...args, '--json'] : [...args.slice(0, split), '--json', ...args.slice(split)]
    const text = run(args, 'data-1')
    if (options.env?.['XDG_DATA_HOME']) await text
    const document = run(json, 'data-2')
    assertComplaint(await text, complaint)
    assertComplaintJson(await document, complaint)
    assert.deepEqual(stub.snapshot(), {containers: [], networks: [], volumes: []})
    for (const data of ['data-1', 'data-2']) assert.deepEqual(await labFolders(join(folder, data)), [])
  }

  describe('the engine', () => {
    const engine = (DOCKER_HOST: string) => ({env: {DOCKER_HOST}})

    it('is not there', () =>
      refuses(
        UP,
        {
          exit: 1,
          code: 'engine-unreachable',
          message: /No Docker engine was found: \/no\/engine.*is not there/,
          next: /bin\/setup/,
        },
        engine('unix:///no/engine'),
      ))

    it('is elsewhere', async () => {
      for (const host of ['ssh://me@far', 'tcp://10.0.0.1:2375'])
        await refuses(
          ['status'],
          {
            exit: 1,
            code: 'engine-unsupported',
            message: new RegExp(`DOCKER_HOST points to ${host}; only a local unix:// socket`),
            next: /unset DOCKER_HOST/,
          },
          engine(host),
        )
    })

    it('is too old', async () => {
      const socket = join(folder, 'old.sock')
      const server = createServer((_, response) =>
        response.setHeader('Api-Version', '1.40').setHeader('Server', 'Docker/19.03.15 (linux)').end('OK'),
      )
      await new Promise<void>(resolve => server.listen(socket, resolve))
      try {
        await refuses(
          UP,
          {exit: 1, code: 'engine-too-old', message: /19\.03\.15 .* API 1\.40; 1\.41 or newer/, next: /docker version/},
          engine(`unix://${socket}`),
        )
      } finally {
        server.close()
      }
    })

    it('does not let this user in', async () => {
      const socket = join(folder, 'closed.sock')
      const server = createServer()
      await new Promise<void>(resolve => server.listen(socket, resolve))
      await chmod(socket, 0)
      const data = join(folder, 'nobody')
      await mkdir(data, {mode: 0o777})
      await chmod(data, 0o777)
      try {
        await refuses(
          UP,
          {
            exit: 1,
            code: 'engine-forbidden',
            message: /This user has no permission to use the Docker engine at .*closed\.sock/,
            next: /usermod -aG docker/,
          },
          // Root is let in whatever the mode says.
          {
            env: {DOCKER_HOST: `unix://${socket}`, XDG_DATA_HOME: data, HOME: data},
            ...(process.getuid?.() === 0 && {uid: NOBODY, gid: NOBODY}),
          },
        )
      } finally {
        server.close()
      }
    })
  })

  describe('the data directory', () => {
    it("is somebody else's", async () => {
      const data = join(folder, 'not-mine')
      await mkdir(data)
      await chmod(data, 0o555)
      for (const command of [UP, ['down']])
        await refuses(
          command,
          {
            exit: 1,
            code: 'file-unusable',
            message: /Can't write .*not-mine.*: permission denied/,
            next: /XDG_DATA_HOME=/,
          },
          {env: {XDG_DATA_HOME: data, HOME: data}, ...(process.getuid?.() === 0 && {uid: NOBODY, gid: NOBODY})},
        )
    })

    it('is a file', async () => {
      await writeFile(join(folder, 'file'), '')
      await refuses(
        UP,
        {exit: 1, code: 'file-unusable', message: /a part of its path is a file/, next: /ls -ld/},
        {env: {XDG_DATA_HOME: join(folder, 'file')}},
      )
    })
  })

  describe('the command line', () => {
    const usage = (message: RegExp, next: RegExp): Complaint => ({exit: 2, code: 'usage-invalid', message, next})

    it('has a flag that there is not', () =>
      refuses(['up', '--scael', 'gateway=2'], usage(/no flag --scael; did you mean --scale/, /up --help/)))

    it('has a command that there is not', async () => {
      await refuses(['upp'], usage(/no command "upp"; did you mean up/, /--help/))
      await refuses(['up', 'gateway-1'], usage(/up takes no argument "gateway-1"/, /up --help/))
      await refuses(['$(id)'], usage(/no command "\$\(id\)"/, /--help/))
    })

    it('has a value that can not be', async () => {
      await refuses([...UP, '--port-offset', '60000'], usage(/--port-offset.*50000.*60000/, /up --help/))
      await refuses([...UP, '--timeout', 'soon'], usage(/--timeout.*soon/, /up --help/))
      await refuses([...UP, '--scale', 'gateway=-1'], usage(/whole number of 0 or more/, /--scale gateway=2/))
      await refuses([...UP, '--scale', 'gateway=500'], usage(/0 to 8 nodes, got 500/, /--scale gateway=8/))
      await refuses(
        [...UP, '--scale', 'gatway=2'],
        usage(/no component gatway; did you mean gateway/, /apim-lab releases/),
      )
    })

    it('names a lab that can not be', async () => {
      const complaint = {
        exit: 2,
        code: 'name-invalid',
        message: /can't name a lab: use a small letter first/,
        next: /--lab my-lab/,
      }
      await Promise.all(NAMES.map(name => refuses(['status', '--lab', name], complaint)))
    })

    it('names a release that there is not', async () => {
      const complaint = {exit: 2, code: 'release-unknown', message: /There is no release "/, next: /apim-lab releases/}
      await Promise.all(NAMES.map((name, i) => refuses(['up', '--release', name, '--lab', `l${i}`], complaint)))
    })

    it('names a node of a lab that is not there', async () => {
      const complaint = {exit: 1, code: 'lab-not-found', message: /Lab apim is not up/, next: /apim-lab up/}
      await Promise.all(NAMES.filter(Boolean).map(name => refuses(['exec', name, '--', 'true'], complaint)))
    })

    it('asks for a lab that there is not', async () => {
      const complaint = {exit: 1, code: 'lab-not-found', message: /lab nope/i, next: /apim-lab up/}
      const commands = ['status', 'links', 'verify', 'logs', 'exec mysql', 'start', 'stop', 'restart', 'freeze', 'thaw']
      // One by one: those that change a lab lock it.
      for (const command of commands) await refuses([...command.split(' '), '--lab', 'nope'], complaint)
    })

    it('takes down what is not there: done', async () => {
      const env = {XDG_DATA_HOME: join(folder, 'data'), DOCKER_HOST: stub.dockerHost}
      const {exitCode, stdout} = await apimLab(['down', '--volumes', '--lab', 'nope'], {env})
      assert.equal(exitCode, 0)
      assert.match(String(stdout), /nothing to do/)
    })
  })

  describe('the lab file', () => {
    const at = (message: RegExp): Complaint => ({exit: 2, code: 'lab-file-invalid', message})

    const FILES: Readonly<Record<string, readonly [text: string, message: RegExp]>> = {
      'has a typo': ['relaese: mini\n', /apim-lab\.yaml:1:1: unknown key relaese; did you mean release/],
      'has a wrong type': ['ports:\n  offset: "12"\n', /apim-lab\.yaml:2:11: ports\.offset: expected a whole number/],
      'has a key twice': ['name: a\nname: b\n', /apim-lab\.yaml:2:1: duplicate key name/],
      'scales by -1': ['components:\n  gateway:\n    replicas: -1\n', /:3:15: .*0 or more, got -1/],
      'names a lab that can not be': ['name: ../x\n', /:1:7: name: expected a name.*"\.\.\/x"/],
      'runs something in a name': ['name: $(id)\n', /:1:7: name: expected a name.*"\$\(id\)"/],
      'names a release with a space': ['release: a b\n', /:1:10: release: expected a release.*"a b"/],
      'leaves its folder': [
        'components:\n  gateway:\n    overlay: ../x.toml\n',
        /expected the path of a TOML file in the folder of the lab file/,
      ],
      'is not valid YAML': ['components: {gateway\n', /apim-lab\.yaml:\d+:\d+: /],
    }
    for (const [what, [text, message]] of Object.entries(FILES))
      it(what, async () => {
        await write(text)
        await refuses(UP, at(message))
      })

    it('scales by 500', async () => {
      await write('components:\n  gateway:\n    replicas: 500\n')
      await refuses(UP, {exit: 2, code: 'usage-invalid', message: /0 to 8 nodes, got 500/, next: /gateway=8/})
    })

    it('is not there, or a folder', async () => {
      await refuses([...UP, '--file', 'no.yaml'], {...at(/There is no lab file no\.yaml/), next: /apim-lab init/})
      await mkdir(join(folder, 'work/folder.yaml'))
      const complaint = {exit: 1, code: 'file-unusable', message: /folder\.yaml: it is a folder/, next: /ls -ld/}
      await refuses([...UP, '--file', 'folder.yaml'], complaint)
    })

    it('needs more memory than there is: refused with the sum, unless forced', async () => {
      await write('components:\n  gateway:\n    memory: 100g\n')
      await refuses(UP, {
        exit: 1,
        code: 'memory-short',
        message: /may use \d{6} MB together \(9 nodes\), the engine has 15258 MB/,
        evidence: /gateway-1: 102400 MB/,
        next: /--force/,
      })
    })

    it('names an image that can not be had', async () => {
      await write('mysql:\n  image: far/mysql:1\n')
      buildFails = false
      await refuses(UP, {
        exit: 1,
        code: 'image-unavailable',
        message: /image far\/mysql:1 is not on this engine and --offline forbids to pull it/,
        next: /images load/,
      })
    })

    it('is obeyed with --force although memory is short', async () => {
      await write('components:\n  gateway:\n    memory: 100g\n')
      buildFails = false
      const env = {XDG_DATA_HOME: join(folder, 'forced'), DOCKER_HOST: stub.dockerHost}
      const options = {cwd: join(folder, 'work'), env}
      const {exitCode, stdout, stderr} = await apimLab([...UP, '--force', '--dry-run'], options)
      assert.equal(exitCode, 0, String(stderr))
      assert.match(String(stdout), /gateway-1: create/)
    })
  })

  describe('an overlay', () => {
    const overlay = (message: RegExp): Complaint => ({exit: 2, code: 'overlay-invalid', message})
    beforeEach(() => write('components:\n  gateway:\n    overlay: o.toml\n'))

    it('is not there', () => refuses(UP, overlay(/There is no overlay .*o\.toml, which .*apim-lab\.yaml names/)))

    it('is not valid TOML', async () => {
      await write('[apim]\na = = b\n', 'o.toml')
      await refuses(UP, overlay(/o\.toml:2:5: /))
    })

    it('leaves the folder through a symbolic link', async () => {
      await symlink('/etc/hostname', join(folder, 'work/o.toml'))
      await refuses(UP, overlay(/o\.toml leads out of the folder of .*, to \/etc\/hostname/))
    })

    it('moves a local database to a server', async () => {
      await write('[database.local]\nurl = "jdbc:mysql://mysql:3306/x"\n', 'o.toml')
      await refuses(UP, overlay(/o\.toml.*database\.local/))
    })
  })

  describe('a search with a case', () => {
    const CONFIG = ['--config', 'good.toml', 'bad.toml']
    const bisect = (...more: readonly string[]) => ['case', 'bisect', 'case.yaml', ...more]
    const usage = (message: RegExp, next: RegExp): Complaint => ({exit: 2, code: 'usage-invalid', message, next})

    beforeEach(async () => {
      const symptom = "[{call: {service: analytics-store, path: /}}, {exec: {node: gateway-1, command: 'true'}}]"
      await write(`name: one\nlab: {release: mini}\nthen: {symptom: ${symptom}}\n`, 'case.yaml')
      await write('[oauth]\nhash_tokens_and_secrets = false\n', 'good.toml')
      await write('[oauth]\nhash_tokens_and_secrets = true\n', 'bad.toml')
    })

    it('does not tell which nodes it is about, or names one that is not there', async () => {
      const untold = /^good\.toml and bad\.toml do not tell which nodes of the case's lab they are for/
      await refuses(bisect(...CONFIG), usage(untold, /--config good\.toml bad\.toml --on key-manager-1/))
      const misspelt = /the case's lab has no node gatewy; did you mean gateway/
      await refuses(bisect(...CONFIG, '--on', 'gatewy'), usage(misspelt, /--on gateway$/m))
    })

    it('names a release twice, or one that the case is not for', async () => {
      await refuses(bisect('--release', 'mini,mini'), usage(/--release names mini twice/, /releases/))
      await refuses(bisect('--release', 'mini,4.2.0'), {
        exit: 2,
        code: 'case-invalid',
        message: /case\.yaml:3:\d+: the lab has no store of analytics/,
      })
    })

    it('would write over the case', () =>
      refuses(['case', 'minimize', 'case.yaml', '-o', 'case.yaml'], {
        exit: 1,
        code: 'file-unusable',
        message: /There is a file already: .*case\.yaml/,
        next: /--force/,
      }))

    it('has a flag that says nothing', () =>
      refuses(
        bisect('--release', 'mini,3.2.0', '--times', '0'),
        usage(/^--times: Expected an integer/, /bisect --help/),
      ))
  })

  it('an image build that fails is told with its last lines', () => {
    stub.reset()
    buildFails = true
    return refuses(UP, {
      exit: 1,
      code: 'image-build-failed',
      message: /apim-lab\/mini:\S+ can't be built: .*returned a non-zero code: 100/,
      evidence: /Step 1\/1 : FROM scratch/,
      next: /apim-lab up/,
    })
  })

  it('a template that lacks a value names itself', async () => {
    const root = await copyProgram(folder)
    await rm(join(root, 'templates'))
    await cp(join(ROOT, 'templates'), join(root, 'templates'), {recursive: true})
    await writeFile(join(root, 'templates/mysql/lab.cnf.hbs'), '[mysqld]\nport={{noSuchValue}}\n')
    const output = join(folder, 'work/out')
    const env = {XDG_DATA_HOME: join(folder, 'render-data')}
    const complaint = {
      exit: 1,
      code: 'template-invalid',
      message: /templates\/mysql\/lab\.cnf\.hbs: .*noSuchValue.*2:\d+/,
    }
    const args = ['render', '--release', 'mini', '--output', output]
    assertComplaint(await apimLab(args, {root, env}), complaint)
    assertComplaintJson(await apimLab([...args, '--json'], {root, env}), complaint)
    assert.deepEqual(await readdir(output).catch(() => []), [])
  })
})
