import assert from 'node:assert/strict'
import {mkdtemp, readFile, rm, symlink, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {sha256} from '../../../../src/disk/download.js'
import {mountBeside} from '../../../../src/disk/lab-file.js'
import {LabFolder} from '../../../../src/disk/lab-folder.js'
import {LabError} from '../../../../src/errors.js'
import {placeFiles} from '../../../../src/lab/files/own-files.js'
import {copyPath} from '../../../../src/model/copy-path.js'
import {topology} from '../../../support/lab.js'

const CONTENT = Buffer.from([0, 255, 1, 254])

const unusable = (message: RegExp) => (error: unknown) =>
  error instanceof LabError && error.code === 'file-unusable' && message.test(error.message)

describe('files of the user in containers', () => {
  let path: string
  beforeEach(async () => {
    path = await mkdtemp(join(tmpdir(), 'apim-lab-own-'))
    await writeFile(join(path, 'own.bin'), CONTENT)
  })
  afterEach(() => rm(path, {recursive: true}))

  const labFile = () => join(path, 'apim-lab.yaml')
  const lab = async () =>
    topology({components: {gateway: {files: {'/home/own.bin': await mountBeside(labFile(), 'own.bin')}}}})
  const copy = (folder: LabFolder) => readFile(join(folder.path, copyPath(sha256(CONTENT), 'own.bin')))

  it('are copied byte for byte, and stay when their source is gone or has changed', async () => {
    const own = await lab()
    const [kept, target] = [new LabFolder(join(path, 'kept')), new LabFolder(join(path, 'rendered'))]
    await placeFiles(own, kept)
    assert.deepEqual(await copy(kept), CONTENT)
    await writeFile(join(path, 'own.bin'), 'another')
    await placeFiles(own, kept, target)
    assert.deepEqual(await copy(target), CONTENT)
  })

  it('are an error where nobody has them any more', async () => {
    const own = await lab()
    await rm(join(path, 'own.bin'))
    await assert.rejects(placeFiles(own, new LabFolder(join(path, 'kept'))), unusable(/is gone or has changed/))
  })

  it('lie beside the lab file, and are files', async () => {
    await symlink('/etc/hostname', join(path, 'out'))
    await assert.rejects(mountBeside(labFile(), 'out'), unusable(/leads out of the folder/))
    await assert.rejects(mountBeside(labFile(), 'none'), unusable(/There is no file/))
    await assert.rejects(mountBeside(labFile(), 'none'), ({next}: LabError) => next.includes(`Correct ${labFile()}`))
    await symlink('.', join(path, 'here'))
    await assert.rejects(mountBeside(labFile(), 'here/../here'), unusable(/leads out|is not a regular file/))
  })
})

describe('parts of the user', () => {
  const file = {path: 'x.jar', source: '/x.jar', sha256: 'a'.repeat(64)}
  const usage = (message: RegExp) => (error: unknown) =>
    error instanceof LabError && error.code === 'usage-invalid' && message.test(error.message)

  it('are refused where the image takes none, and where the lab has its own files', () => {
    assert.throws(() => topology({components: {gateway: {patches: {x: file}}}}), usage(/takes no JARs/))
    assert.throws(() => topology({components: {gateway: {correlationLogs: true}}}), usage(/no correlation logs/))
    const target = '/home/wso2carbon/wso2-config-volume/repository/x'
    assert.throws(() => topology({components: {gateway: {files: {[target]: file}}}}), usage(/which is the lab's/))
  })
})
