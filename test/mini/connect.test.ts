import assert from 'node:assert/strict'
import {connect, createServer, type AddressInfo, type Socket} from 'node:net'
import {setTimeout as pause} from 'node:timers/promises'
import {openPool} from '../../src/mini/databases/connect.js'
import {change, rows, transaction, using} from '../../src/mini/databases/sql.js'
import {inDatabases} from './support/in-cluster.js'

describe('mini: connections to a database', () => {
  const {databases, later} = inDatabases()
  const open = (idleSeconds?: number, port = databases.port) => {
    const {user, password, names} = databases
    const database = {
      role: 'WSO2_SHARED_DB',
      host: '127.0.0.1',
      port,
      name: names.shareddb,
      user,
      password,
      key: 'database.shared_db.url',
      tables: [],
      madeBy: '',
      creates: [],
    }
    const pool = openPool(database, 5_000, () => undefined, idleSeconds)
    later(() => pool.end())
    return pool
  }

  it('hold no lock for a node that went silent amid a transaction', async () => {
    const lost = open(1)
    await change(lost, 'CREATE TABLE LOCKED (ID int PRIMARY KEY, N int)')
    await change(lost, 'INSERT INTO LOCKED VALUES (1, 0)')
    const silent = new Promise<never>(() => undefined)
    await new Promise<void>((resolve, reject) => {
      transaction(lost, async on => {
        await change(on, 'UPDATE LOCKED SET N = N + 1')
        resolve()
        await silent
      }).catch(reject)
    })
    const other = open()
    await assert.rejects(change(other, 'SELECT N FROM LOCKED WHERE ID = 1 FOR UPDATE NOWAIT'), /NOWAIT/)
    await change(other, 'UPDATE LOCKED SET N = N + 10')
    assert.deepEqual(await rows(other, 'SELECT N FROM LOCKED'), [{N: 10}])
  })

  it('are not used again once the server has ended them unheard', async () => {
    const lines: {readonly near: Socket; readonly far: Socket}[] = []
    const between = createServer(near => {
      const far = connect(databases.port, '127.0.0.1')
      near.on('error', () => undefined).pipe(far)
      far.on('error', () => undefined).pipe(near)
      lines.push({near, far})
    })
    await new Promise<void>(resolve => between.listen(0, '127.0.0.1', resolve))
    later(() => void between.close())
    const pool = open(undefined, (between.address() as AddressInfo).port)
    await change(pool, 'CREATE TABLE STALE (ID int PRIMARY KEY)')
    await Promise.all([1, 2, 3].map(id => using(pool, on => change(on, 'INSERT INTO STALE VALUES (?)', [id]))))
    const idle = lines.splice(0)
    assert.ok(idle.length > 1)
    for (const {near, far} of idle) {
      far.unpipe(near)
      far.destroy()
      // The node's next word is answered with a reset, as by a machine that knows nothing of the connection.
      near
        .unpipe(far)
        .once('data', () => near.resetAndDestroy())
        .resume()
    }
    // Longer than an idle connection is trusted.
    await pause(1_100)
    await change(pool, 'INSERT INTO STALE VALUES (4)')
    assert.deepEqual(await rows(pool, 'SELECT COUNT(*) AS N FROM STALE'), [{N: 4}])
  })

  it('wait no longer at the server for a lock than a statement waits for its answer', async () => {
    const [pool, other] = [open(), open()]
    await change(pool, 'CREATE TABLE HELD (ID int PRIMARY KEY)')
    await change(pool, 'INSERT INTO HELD VALUES (1)')
    await transaction(pool, async on => {
      await rows(on, 'SELECT * FROM HELD FOR UPDATE')
      await assert.rejects(rows(other, 'SELECT * FROM HELD FOR UPDATE'), {code: 'ER_LOCK_WAIT_TIMEOUT'})
    })
  })
})
