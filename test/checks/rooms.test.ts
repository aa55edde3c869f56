import assert from 'node:assert/strict'
import {readdirSync} from 'node:fs'
import {join} from 'node:path'
import {ESLint} from 'eslint'
import {ROOT} from '../support/lab.js'

const RULE = 'no-restricted-imports'
const eslint = new ESLint({cwd: ROOT})

const rooms = readdirSync(join(ROOT, 'src'), {withFileTypes: true})
  .filter(entry => entry.isDirectory())
  .map(({name}) => name)

/** The rules of lint that a file in a folder of src breaks with this text. */
async function broken(folder: string, text: string): Promise<readonly (string | null)[]> {
  const [result] = await eslint.lintText(text, {filePath: join(ROOT, 'src', folder, 'a-test.ts')})
  return result!.messages.map(({ruleId}) => ruleId)
}

const faults = (room: string, imported: string) => broken(room, `import {one} from '${imported}'\nconsole.log(one)\n`)

describe('the rooms', function () {
  this.timeout(60_000)

  for (const room of rooms)
    it(`src/${room} has its imports held by lint`, async () => {
      assert.deepEqual(await faults(room, 'dockerode'), room === 'engine' ? [] : [RULE])
    })

  for (const [room, imported] of [
    ['model', '../render/render.js'],
    ['render', '../plan/plan-up.js'],
    ['plan', '../engine/engine.js'],
    ['engine', '../lab/up.js'],
    ['lab', '../cli/table.js'],
    ['lab', '../engine/docker-engine.js'],
    ['lab', '../engine/images/pull.js'],
    ['cli', '../commands/up.js'],
    ['cli', '../plan/plan-up.js'],
    ['cli', 'node:fs'],
    ['commands', '../hooks/command-not-found.js'],
    ['commands', '../engine/engine.js'],
    ['hooks', '../commands/up.js'],
    ['hooks', '../lab/up.js'],
    ['hooks', 'node:fs/promises'],
    ['mini', '../../model/names.js'],
  ] as const)
    it(`src/${room} imports no ${imported}`, async () => assert.deepEqual(await faults(room, imported), [RULE]))

  it('import what stands before them', async () => {
    assert.deepEqual(await faults('hooks', '../cli/usage.js'), [])
    assert.deepEqual(await faults('cli', '../lab/status.js'), [])
    assert.deepEqual(await faults('lab', '../engine/engine.js'), [])
    assert.deepEqual(await faults('render', '../model/names.js'), [])
  })

  const NAMES = 'no-restricted-syntax'

  for (const room of ['plan', 'engine', 'lab', 'cli', 'commands', 'render'])
    it(`src/${room} knows no component and no database server by name`, async () => {
      assert.deepEqual(await broken(room, "console.log('gateway')\n"), [NAMES])
      assert.deepEqual(await broken(room, 'console.log(`the MySQL account`)\n'), [NAMES])
    })

  for (const room of ['model', 'lint', 'helper'])
    it(`src/${room} knows no database server by name`, async () =>
      assert.deepEqual(await broken(room, "console.log('jdbc:postgresql:')\n"), [NAMES]))

  it('know them where their data and their clients are', async () => {
    for (const folder of ['model/releases/servers', 'helper/databases'])
      assert.deepEqual(await broken(folder, "console.log('mysql')\n"), [])
  })
})
