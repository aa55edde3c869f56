import assert from 'node:assert/strict'
import {chmod, chown, mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {apimLab, assertComplaint} from '../support/command-line.js'

/** Nobody: modes mean nothing to root, as whom tests may run. */
const NOBODY = 65_534

interface Closed {
  readonly path: string
  /** The command that meets it. */
  readonly args: readonly string[]
}

const RENDER = ['render', '--release', 'mini']

/** What nobody may read, below the user's folder. */
const CLOSED: Readonly<Record<string, Closed>> = {
  'the lab file': {path: 'work/apim-lab.yaml', args: RENDER},
  'an overlay': {path: 'work/gateway.toml', args: RENDER},
  'the kept settings': {path: 'data/apim-lab/labs/apim/settings.json', args: ['hosts']},
  'the lab folder': {path: 'data/apim-lab/labs/apim', args: ['hosts']},
  'the data directory': {path: 'data/apim-lab', args: RENDER},
  'the key of the authority': {path: 'data/apim-lab/ca/ca-key.pem', args: RENDER},
  'the working folder': {path: 'work', args: RENDER},
}

describe('files that this user may not read', function () {
  this.timeout(60_000)
  let folder: string

  const run = (args: readonly string[]) =>
    apimLab(args, {
      cwd: join(folder, 'work'),
      uid: NOBODY,
      gid: NOBODY,
      env: {XDG_DATA_HOME: join(folder, 'data'), HOME: folder},
    })

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'apim-lab-nobody-'))
    for (const path of ['', 'work', 'data']) {
      await mkdir(join(folder, path), {recursive: true})
      await chown(join(folder, path), NOBODY, NOBODY)
    }
    await writeFile(join(folder, 'work/gateway.toml'), '[server]\noffset = 0\n')
    await writeFile(
      join(folder, 'work/apim-lab.yaml'),
      'release: mini\ncomponents:\n  gateway: {overlay: gateway.toml}\n',
    )
  })
  afterEach(() => rm(folder, {recursive: true, force: true}))

  for (const [what, {path, args}] of Object.entries(CLOSED))
    it(`${what}: told by name, and nothing is lost`, async () => {
      const first = await run(RENDER)
      assert.equal(first.exitCode, 0, String(first.stderr))
      // `hosts` reads what `up` keeps.
      const kept = join(folder, 'data/apim-lab/labs/apim/settings.json')
      await writeFile(kept, '{"version":1}', {flag: 'a'})
      await chown(kept, NOBODY, NOBODY)
      const closed = join(folder, path)
      await chmod(closed, 0)
      await chown(closed, NOBODY, NOBODY)
      const refused = await run(args)
      assertComplaint(refused, {exit: 1, code: 'file-unusable', message: /permission denied/, next: /ls -ld/})
      assert.ok(String(refused.stderr).includes(closed), String(refused.stderr))
      await chmod(closed, 0o700)
      assert.equal((await run(RENDER)).exitCode, 0)
    })

  it('a file to lint: told by name', async () => {
    await chmod(join(folder, 'work/gateway.toml'), 0)
    const message = /gateway\.toml can't be read: permission denied/
    assertComplaint(await run(['lint', 'gateway.toml']), {exit: 2, code: 'usage-invalid', message})
  })
})
