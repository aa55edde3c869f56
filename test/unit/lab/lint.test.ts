import assert from 'node:assert/strict'
import {mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import type {LabContext} from '../../../src/lab/context.js'
import {lint} from '../../../src/lab/lint.js'
import {RELEASES} from '../../support/lab.js'

const YAML = 'wso2.carbon:\n  id: wso2-am-analytics\n'
const WHY = 'is of an analytics server: only a deployment.toml is checked'

describe('the files that are linted', () => {
  let folder: string
  const linted = (...paths: string[]) =>
    lint({paths, workingDirectory: folder, flags: {}}, {releases: RELEASES} as unknown as LabContext)
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'apim-lab-lint-'))
    await mkdir(join(folder, 'conf/worker'), {recursive: true})
    await writeFile(join(folder, 'conf/worker/deployment.yaml'), YAML)
  })
  after(() => rm(folder, {recursive: true, force: true}))

  it('are not those of analytics servers, which is said', async () => {
    await assert.rejects(linted('conf'), {
      code: 'usage-invalid',
      evidence: [`conf/worker/deployment.yaml ${WHY}`],
    })
    await writeFile(join(folder, 'conf/deployment.toml'), '[server]\nhostname = "gateway"\n')
    const {files, skipped} = await linted('conf')
    assert.deepEqual(files, ['conf/deployment.toml'])
    assert.deepEqual(skipped, [{path: 'conf/worker/deployment.yaml', why: WHY}])
  })
})
