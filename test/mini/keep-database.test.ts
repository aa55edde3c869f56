import assert from 'node:assert/strict'
import {createServer as createTcp, type AddressInfo, type Server} from 'node:net'
import {keepDatabase, type KeptDatabase} from '../../src/mini/databases/keep-database.js'
import type {StartFailure} from '../../src/mini/failure.js'
import {fakeMysql, type FakeMysql} from './support/mysql.js'
import {until} from './support/until.js'

describe('mini: a database that is kept', () => {
  const open: KeptDatabase[] = []
  const servers: (Server | FakeMysql)[] = []
  let logged: string[] = []
  afterEach(async () => {
    for (const it of open.splice(0)) await it.close()
    for (const it of servers.splice(0))
      if ('stop' in it) await it.stop()
      else it.close()
    logged = []
  })

  const keep = (port: number, {creates = [] as string[], checkEvery = 20} = {}) => {
    const failures: StartFailure[] = []
    const database = {
      role: 'WSO2AM_DB',
      host: '127.0.0.1',
      port,
      name: 'apimgtdb',
      user: 'publisher',
      password: 's3cret',
      key: 'database.apim_db.url',
      tables: ['AM_API', 'AM_SCOPE_BINDING'],
      madeBy: 'dbscripts/apimgt/mysql.sql',
      creates,
    }
    const kept = keepDatabase(
      database,
      {connectTimeout: 300, checkEvery},
      {
        log: (level, _, message) => logged.push(`${level} ${message}`),
        onChange: () => undefined,
        onHopeless: failure => failures.push(failure),
      },
    )
    open.push(kept)
    return {kept, failures}
  }
  const mysql = async (options: Parameters<typeof fakeMysql>[0] = {}) => {
    const server = await fakeMysql(options)
    servers.push(server)
    return server
  }
  const connected = (kept: KeptDatabase) => until('the connection', () => kept.status().state === 'connected')

  it('waits for a server that is not there yet, and comes back after a restart', async () => {
    const first = await mysql({tables: ['AM_API', 'AM_SCOPE_BINDING']})
    await first.stop()
    const {kept, failures} = keep(first.port)
    await until('a refusal', () => /ECONNREFUSED/.test(kept.status().detail))
    assert.equal(kept.status().state, 'connecting')
    const second = await mysql({port: first.port, tables: ['am_api', 'AM_SCOPE_BINDING']})
    await connected(kept)
    await second.stop()
    await until('the loss', () => kept.status().state === 'connecting')
    await mysql({port: first.port, tables: ['AM_API', 'AM_SCOPE_BINDING']})
    await connected(kept)
    assert.deepEqual(failures, [])
    assert.deepEqual(
      logged.map(it => it.split(' ').slice(0, 3).join(' ')).filter(it => !it.includes("can't")),
      ['INFO connected to', 'WARN lost database', 'INFO connected to'],
    )
  })

  it('notices at once that the server ends, however rarely it is checked', async () => {
    const server = await mysql({tables: ['AM_API', 'AM_SCOPE_BINDING']})
    const {kept} = keep(server.port, {checkEvery: 60_000})
    await connected(kept)
    await server.stop()
    await until('the loss', () => kept.status().state === 'connecting')
  })

  it('asks a server that ends each connection less and less often', async () => {
    const tries: number[] = []
    const hasty = createTcp(socket => {
      tries.push(Date.now())
      socket.on('error', () => undefined).destroy()
    })
    servers.push(hasty)
    await new Promise<void>(resolve => hasty.listen(0, '127.0.0.1', resolve))
    keep((hasty.address() as AddressInfo).port)
    await until('a third try', () => tries.length >= 3)
    // 200 ms after the first failure, 300 ms after the second.
    assert.ok(tries[2]! - tries[0]! >= 400, `three tries in ${tries[2]! - tries[0]!} ms`)
  })

  it('waits for a server that accepts and says nothing', async () => {
    const silent = createTcp(socket => socket.on('error', () => undefined))
    servers.push(silent)
    await new Promise<void>(resolve => silent.listen(0, '127.0.0.1', resolve))
    const {kept, failures} = keep((silent.address() as AddressInfo).port)
    await until('a timeout', () => /ETIMEDOUT|timeout/i.test(kept.status().detail))
    assert.deepEqual(failures, [])
  })

  it('gives up when a table is missing, and says what should have made it', async () => {
    const {port} = await mysql({tables: ['AM_API']})
    const {failures} = keep(port)
    const failure = await until('the failure', () => failures[0])
    assert.equal(
      failure.message,
      `database apimgtdb on 127.0.0.1:${port} (account publisher, key database.apim_db.url): ` +
        'table AM_SCOPE_BINDING is missing; dbscripts/apimgt/mysql.sql should have created it',
    )
  })

  for (const [code, message] of [
    [1045, /access denied; the password or the account is wrong$/],
    [1044, /access denied; the account has no rights on this database, or it does not exist$/],
    [1049, /the database does not exist; dbscripts\/apimgt\/mysql.sql should have created it$/],
  ] as const) {
    it(`gives up on error ${code}`, async () => {
      const {port} = await mysql({refuse: code})
      const {failures} = keep(port)
      const failure = await until('the failure', () => failures[0])
      assert.match(failure.message, message)
      assert.ok(!failure.message.includes('s3cret'))
    })
  }

  it('does not give up on a server that is only busy', async () => {
    const {port} = await mysql({refuse: 1040})
    const {kept, failures} = keep(port)
    await until('the refusal', () => /refused by the test/.test(kept.status().detail))
    assert.deepEqual(failures, [])
  })

  it('does not give up on an account that worked before', async () => {
    const first = await mysql({tables: ['AM_API', 'AM_SCOPE_BINDING']})
    const {kept, failures} = keep(first.port)
    await connected(kept)
    await first.stop()
    await mysql({port: first.port, refuse: 1045})
    await until('the refusal', () => /access denied/.test(kept.status().detail))
    assert.equal(kept.status().state, 'connecting')
    assert.deepEqual(failures, [])
  })

  it('creates the tables of its own first', async () => {
    const server = await mysql({tables: ['AM_API', 'AM_SCOPE_BINDING']})
    const {kept} = keep(server.port, {creates: ['CREATE TABLE IF NOT EXISTS X (A int)']})
    await connected(kept)
    assert.equal(server.statements[0], 'CREATE TABLE IF NOT EXISTS X (A int)')
  })
})
