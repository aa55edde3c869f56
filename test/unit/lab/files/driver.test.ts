import assert from 'node:assert/strict'
import {createHash} from 'node:crypto'
import {mkdir, mkdtemp, readFile, rm, writeFile} from 'node:fs/promises'
import {createServer, type Server} from 'node:http'
import type {AddressInfo} from 'node:net'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {DataDirectory} from '../../../../src/disk/data-directory.js'
import {LabError, type LabErrorCode} from '../../../../src/errors.js'
import {labDriver} from '../../../../src/lab/files/driver.js'
import {MYSQL_DRIVER as DRIVER} from '../../../../src/model/releases/servers/drivers.js'
import type {LabSettings} from '../../../../src/model/settings.js'
import type {Topology} from '../../../../src/model/topology.js'
import {topology} from '../../../support/lab.js'

const JAR = Buffer.from('PK\u0003\u0004 a driver')
const silent = {begin: () => undefined, on: () => undefined, end: () => undefined}

/** Release 3.2.0, whose images have no driver. */
function lab(changes: Partial<LabSettings> = {}): Topology {
  const plain = topology({release: '3.2.0', ...changes})
  return {...plain, nodes: plain.nodes.map(node => ({...node, spec: {...node.spec, driverFolder: 'dropins'}}))}
}

describe('the JDBC driver', () => {
  let folder: string
  let server: Server
  let answer: {readonly status: number; readonly body: Buffer}
  let asked = 0

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'apim-lab-driver-'))
    asked = 0
    answer = {status: 200, body: JAR}
    server = createServer((_request, response) => {
      asked += 1
      response.writeHead(answer.status).end(answer.body)
    })
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  })
  afterEach(async () => {
    server.close()
    await rm(folder, {recursive: true, force: true})
  })

  const get = (of: Topology, offline = false) => {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/driver.jar`
    return labDriver(
      of,
      {
        data: new DataDirectory(folder),
        reporter: silent,
        signal: new AbortController().signal,
        environment: {APIM_LAB_DRIVER_URL: url},
      },
      {offline},
    )
  }
  const cached = () => join(folder, 'drivers', DRIVER.file)

  async function refused(of: Topology, code: LabErrorCode, message: RegExp, offline = false): Promise<LabError> {
    try {
      await get(of, offline)
    } catch (error) {
      assert.ok(error instanceof LabError)
      assert.equal(error.code, code)
      assert.match(error.message, message)
      return error
    }
    throw new assert.AssertionError({message: 'nothing was refused'})
  }

  it('is asked for by nobody where images have one, or no database is used', async () => {
    assert.equal(await get(topology({release: 'mini'})), undefined)
    assert.equal(await get(lab({mysqlDriver: 'image'})), undefined)
    assert.equal(asked, 0)
  })

  it('is the one that the lab names', async () => {
    const path = join(folder, 'mine.jar')
    await writeFile(path, JAR)
    const driver = await get(lab({mysqlDriver: path}))
    assert.equal(driver?.file, 'mine.jar')
    assert.equal(driver.sha256, createHash('sha256').update(JAR).digest('hex'))
    assert.equal(asked, 0)
  })

  it('that the lab names must be there, and a JAR', async () => {
    const path = join(folder, 'mine.jar')
    await refused(lab({mysqlDriver: path}), 'driver-unusable', /mine\.jar is not there/)
    await writeFile(path, '<html>')
    await refused(lab({mysqlDriver: path}), 'driver-unusable', /is no JAR file/)
  })

  it('that comes with another checksum is refused, and not kept', async () => {
    const {evidence} = await refused(lab(), 'driver-unavailable', /sent another file, SHA-256 [0-9a-f]{64}/)
    assert.match(evidence.join('\n'), new RegExp(DRIVER.sha256))
    assert.equal(asked, 1)
    await assert.rejects(readFile(cached()))
  })

  it('that can not be had: what is missing, where it goes, and other ways', async () => {
    answer = {status: 404, body: Buffer.from('')}
    await refused(lab(), 'driver-unavailable', /status 404/)
    const {next} = await refused(lab(), 'driver-unavailable', /--offline forbids/, true)
    assert.match(next.join('\n'), /curl -fLo .*drivers\/mysql-connector-java-8\.0\.30\.jar --create-dirs http/)
    assert.match(next.join('\n'), /--driver PATH/)
  })

  it('in the cache that is damaged is told where nothing can be downloaded', async () => {
    await mkdir(join(folder, 'drivers'))
    await writeFile(cached(), JAR)
    await refused(lab(), 'driver-unavailable', /has the SHA-256/, true)
  })
})
