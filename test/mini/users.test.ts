import assert from 'node:assert/strict'
import {checkAccounts} from '../../src/mini/components/traffic-manager/accounts.js'
import {Fault} from '../../src/mini/http/fault.js'
import {createUser} from '../../src/mini/users/create-user.js'
import {ensureSuperAdmin} from '../../src/mini/users/super-admin.js'
import {authenticate, rolesOf, SUPER_TENANT} from '../../src/mini/users/users.js'
import {onMysql} from './support/in-cluster.js'

const ADMIN = {username: 'admin', password: 'admin'}

describe('mini: users', function () {
  this.timeout(60_000)
  const {databases, newDatabases, close} = onMysql()

  for (const schema of ['mini', 'product'] as const) {
    describe(`on ${schema === 'mini' ? "mini's own schema" : "the product's whole schema"}`, () => {
      before(() => newDatabases(schema))
      after(close)
      const count = async (sql: string) => (await databases.query<{n: number}>('shareddb', sql))[0]?.n

      it('the super admin may log in before it is made, by its password alone, and nobody else', async () => {
        const knows = checkAccounts(databases.pool('shareddb'), ADMIN)
        assert.equal(await knows(ADMIN), true)
        assert.equal(await knows({...ADMIN, password: 'other'}), false)
        assert.equal(await knows({username: 'root', password: 'admin'}), false)
      })

      it('the super admin is made once, with its roles, however many nodes start at once', async () => {
        const pool = databases.pool('shareddb')
        const states = await Promise.all(Array.from({length: 4}, () => ensureSuperAdmin(pool, ADMIN, true)))
        assert.deepEqual([...states].sort(), ['created', 'there', 'there', 'there'])
        assert.equal(await count('SELECT COUNT(*) AS n FROM UM_USER'), 1)
        assert.equal(await count("SELECT COUNT(*) AS n FROM UM_DOMAIN WHERE UM_DOMAIN_NAME = 'PRIMARY'"), 1)
        assert.equal(await count('SELECT COUNT(*) AS n FROM UM_UUID_DOMAIN_MAPPER'), 1)
        const admin = await authenticate(pool, ADMIN)
        assert.ok(admin)
        assert.deepEqual([...(await rolesOf(pool, admin))].sort(), [
          'Internal/creator',
          'Internal/everyone',
          'Internal/publisher',
          'Internal/subscriber',
          'admin',
        ])
      })

      it('another password of a kept database is told, and changes nothing', async () => {
        const pool = databases.pool('shareddb')
        assert.equal(await ensureSuperAdmin(pool, {...ADMIN, password: 'other'}, true), 'other password')
        assert.ok(await authenticate(pool, ADMIN))
        assert.equal(await authenticate(pool, {...ADMIN, password: 'other'}), undefined)
      })

      it('once made, the super admin logs in by the password that is kept', async () => {
        const pool = databases.pool('shareddb')
        const other = {...ADMIN, password: 'other'}
        assert.equal(await checkAccounts(pool, other)(other), false)
        assert.equal(await checkAccounts(pool, other)(ADMIN), true)
      })

      it('is not made where the configuration forbids it', async () => {
        const pool = databases.pool('shareddb')
        assert.equal(await ensureSuperAdmin(pool, {username: 'root', password: 'admin'}, false), 'missing')
        assert.equal(await count("SELECT COUNT(*) AS n FROM UM_USER WHERE UM_USER_NAME = 'root'"), 0)
      })

      it('of many who take a name at once, one gets it', async () => {
        const pool = databases.pool('shareddb')
        const user = {
          name: 'alice',
          password: 'alice-1',
          roles: ['Internal/subscriber', 'staff'],
          attributes: {mail: 'a@b.c'},
        }
        const results = await Promise.allSettled(Array.from({length: 8}, () => createUser(pool, SUPER_TENANT, user)))
        assert.equal(results.filter(it => it.status === 'fulfilled').length, 1)
        for (const it of results) {
          if (it.status === 'rejected') assert.equal((it.reason as Fault).status, 409)
        }
        const alice = await authenticate(pool, {username: 'alice', password: 'alice-1'})
        assert.ok(alice)
        assert.deepEqual([...(await rolesOf(pool, alice))].sort(), [
          'Internal/everyone',
          'Internal/subscriber',
          'staff',
        ])
      })

      for (const [what, name, password] of [
        ['a short name', 'ab', 'password'],
        ['a long name', 'a'.repeat(31), 'password'],
        ['a space', 'a b c', 'password'],
        ['a tenant in it', 'a@example.com', 'password'],
        ['a NUL', 'abc\0', 'password'],
        ['what latin1 lacks', 'Ωmega', 'password'],
        ['a lone surrogate', 'abc\ud800', 'password'],
        ['a short password', 'alice2', 'abcd'],
      ] as const) {
        it(`refuses a name or password with ${what}`, async () => {
          const making = createUser(databases.pool('shareddb'), SUPER_TENANT, {name, password, roles: []})
          await assert.rejects(making, (error: unknown) => error instanceof Fault && error.status === 400)
        })
      }

      it('SQL in a name is a name', async () => {
        const pool = databases.pool('shareddb')
        const name = "x';DROP--"
        await createUser(pool, SUPER_TENANT, {name, password: 'password', roles: []})
        assert.equal((await authenticate(pool, {username: name, password: 'password'}))?.name, name)
        assert.equal(await authenticate(pool, {username: "' OR 1=1 --", password: "' OR ''='"}), undefined)
      })
    })
  }
})
