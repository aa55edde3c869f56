import assert from 'node:assert/strict'
import {mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {readDockerConfig} from '../../../src/disk/docker-config.js'

describe('readDockerConfig', () => {
  let home: string
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'apim-lab-config-'))
  })
  afterEach(() => rm(home, {recursive: true, force: true}))

  const fill = async (folder: string) => {
    await mkdir(join(folder, 'contexts/meta/abc'), {recursive: true})
    await mkdir(join(folder, 'contexts/meta/empty'))
    await writeFile(join(folder, 'config.json'), '{"currentContext":"colima"}')
    await writeFile(join(folder, 'contexts/meta/abc/meta.json'), '{"Name":"colima"}')
  }
  const expected = {
    dockerConfig: '{"currentContext":"colima"}',
    contexts: [{name: 'abc', metaJson: '{"Name":"colima"}'}],
  }

  it('reads the home folder', async () => {
    await fill(join(home, '.docker'))
    assert.deepEqual(await readDockerConfig(home, {}), expected)
  })

  it('reads DOCKER_CONFIG instead', async () => {
    await fill(join(home, 'elsewhere'))
    assert.deepEqual(await readDockerConfig(home, {DOCKER_CONFIG: join(home, 'elsewhere')}), expected)
  })

  it('reads nothing where nothing is', async () => {
    assert.deepEqual(await readDockerConfig(home, {}), {contexts: []})
  })
})
