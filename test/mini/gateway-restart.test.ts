import assert from 'node:assert/strict'
import {randomUUID} from 'node:crypto'
import {readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {httpServed, makeGatewayLab, makeKey, type GatewayLab, type Served} from './support/gateway-lab.js'
import {until} from './support/until.js'

describe('mini: gateway, alone', function () {
  this.timeout(30_000)
  let lab: GatewayLab
  let backend: Served

  beforeEach(async () => {
    lab = await makeGatewayLab()
    backend = await httpServed((_, response) => response.end('served'))
    await lab.start()
    await lab.ready()
  })
  afterEach(async () => {
    await lab.close()
    await backend.stop()
  })
  const alone = async () => {
    for (const it of [...lab.trafficManager, lab.keyManager]) await it.stop()
  }
  const deploy = () => lab.deploy({endpoints: {production: `http://localhost:${backend.port}`}})

  it('starts again and serves JWT calls with everything else away', async () => {
    const {context} = await deploy()
    const jti = randomUUID()
    lab.say('tokenRevocation', {revokedToken: jti, tokenType: 'JWT', expiryTime: Date.now() + 60_000})
    const revoked = lab.token({jti})
    await until('the revocation', async () => (await lab.ask(8243, `${context}/x`, {bearer: revoked})).status === 401)
    await lab.stop()
    await alone()
    await lab.start()
    assert.equal((await lab.ask(8243, `${context}/x`, {bearer: lab.token()})).text, 'served')
    assert.equal((await lab.ask(8243, `${context}/x`, {bearer: revoked})).body.fault.code, 900901)
    assert.equal(
      (await lab.ask(8243, `${context}/x`, {bearer: lab.token({}, makeKey('first'))})).body.fault.code,
      900901,
    )
    const opaque = await lab.ask(8243, `${context}/x`, {bearer: randomUUID()})
    assert.deepEqual([opaque.status, opaque.body.fault.code], [503, 900900])
  })

  it('a key manager that is away leaves the tokens that are known', async () => {
    const {context} = await deploy()
    const token = randomUUID()
    lab.opaque.set(token, {
      active: true,
      client_id: 'key-1',
      username: 'admin',
      exp: Math.floor(Date.now() / 1000) + 600,
    })
    assert.equal((await lab.ask(8243, `${context}/x`, {bearer: token})).status, 200)
    await lab.keyManager.stop()
    assert.equal((await lab.ask(8243, `${context}/x`, {bearer: token})).status, 200)
    assert.equal((await lab.ask(8243, `${context}/x`, {bearer: lab.token()})).status, 200)
    assert.equal((await lab.ask(8243, '/token', {form: {a: 'b'}})).body.fault.code, 101503)
  })

  it('fetches what it missed when a traffic manager is back', async () => {
    const {context, apiId} = await deploy()
    for (const it of lab.trafficManager) await it.stop()
    assert.equal((await lab.ask(8243, `${context}/x`, {bearer: lab.token()})).status, 200)
    lab.lists.subscriptions = (lab.lists.subscriptions as {apiId: number}[]).filter(it => it.apiId !== apiId)
    lab.lists.block = {api: [], application: [], user: [], ip: []}
    for (const it of lab.trafficManager) await it.start()
    await until(
      'the change',
      async () => (await lab.ask(8243, `${context}/x`, {bearer: lab.token()})).status === 403,
      10_000,
    )
    // Calls that were served meanwhile count.
    await until('events', () => lab.events.some(it => it.event.apiContext === context), 10_000)
  })

  it('starts with a snapshot and artifacts that are broken', async () => {
    const {context, uuid} = await deploy()
    await lab.stop()
    const folder = join(lab.home.path, 'repository/deployment/server/synapse-configs/default')
    const good = readFileSync(join(folder, 'api', `${uuid}.json`), 'utf8')
    writeFileSync(join(folder, 'local-entries/hub-data.json'), '{"lists":')
    writeFileSync(join(folder, 'api/broken.json'), '{')
    writeFileSync(join(folder, 'api/odd.json'), good.replace(`"${uuid}"`, '"../odd"'))
    await lab.start()
    await lab.ready()
    assert.equal((await lab.ask(8243, `${context}/x`, {bearer: lab.token()})).status, 200)
    assert.equal(lab.log.filter(it => it.includes('is no API artifact')).length, 2)
  })

  it('keeps no token on its disk or in its log', async () => {
    const {context} = await deploy()
    const token = lab.token()
    await lab.ask(8243, `${context}/x?access_token=${token}`, {bearer: token})
    await lab.stop()
    const file = 'repository/deployment/server/synapse-configs/default/local-entries/hub-data.json'
    for (const text of [readFileSync(join(lab.home.path, file), 'utf8'), lab.log.join('\n')]) {
      assert.ok(!text.includes(token.slice(-40)))
      assert.ok(!text.includes('"password"'))
    }
  })
})
