import assert from 'node:assert/strict'
import {randomUUID} from 'node:crypto'
import {parse, stringify} from 'yaml'
import {unzipped, zipped} from '../../src/mini/archive.js'
import {multipart} from '../support/multipart.js'
import {onMysql} from './support/in-cluster.js'
import {PUBLISHER_4, rest4In, type Rest4} from './support/rest-4.js'

const APPLICATIONS = '/api/am/devportal/v3/applications'
const SUBSCRIPTIONS = '/api/am/devportal/v3/subscriptions'
const SCOPES = ['api_view', 'api_create', 'api_publish', 'subscribe', 'app_manage', 'sub_manage', 'app_import_export']

type Json = Record<string, unknown>
interface Archived {
  readonly type: string
  readonly data: {readonly applicationInfo: Json; readonly subscribedAPIs: readonly Json[]}
}

const pack = (content: string) => zipped(new Map([['admin-App/application.yaml', Buffer.from(content)]]))

describe('mini: applications as archives of apictl 4.x', function () {
  this.timeout(60_000)
  const {cluster, newCluster} = onMysql()
  let rest: Rest4
  let api: {readonly id: string; readonly name: string}
  before(async () => {
    await newCluster(['control-plane-1'], {face: '4'})
    await cluster.startAll()
    rest = await rest4In(cluster, SCOPES.map(it => `apim:${it}`).join(' '))
    const endpointConfig = {endpoint_type: 'http', production_endpoints: {url: 'http://localhost:1'}}
    const json = {name: 'Pets', context: '/pets', version: '1', policies: ['Gold'], endpointConfig}
    api = await rest.want(201, `${PUBLISHER_4}/apis`, {json})
    await rest.want(200, `${PUBLISHER_4}/apis/change-lifecycle?apiId=${api.id}&action=Publish`, {method: 'POST'})
  })

  const load = async (bytes: Buffer, query = '') =>
    rest.ask(`${APPLICATIONS}/import${query}`, await multipart({file: {name: 'a.zip', bytes, type: 'application/zip'}}))
  const save = (name: string, query = '') => rest.ask(`${APPLICATIONS}/export?appName=${name}&appOwner=admin${query}`)
  const subscribed = async (id: string) =>
    ((await rest.want(200, `${SUBSCRIPTIONS}?applicationId=${id}`)).list as Json[]).map(
      it => `${String(it['apiId'])} ${String(it['throttlingPolicy'])}`,
    )
  /** An application with a key and a subscription. */
  const create = async () => {
    const name = `App${randomUUID().slice(0, 8)}`
    const json = {name, throttlingPolicy: '10PerMin', description: 'Mine', attributes: {team: 'blue'}}
    const {applicationId: id} = await rest.want(201, APPLICATIONS, {json})
    const key = {keyType: 'PRODUCTION', grantTypesToBeSupported: ['client_credentials', 'password']}
    const keys = await rest.want(200, `${APPLICATIONS}/${id}/generate-keys`, {json: key})
    const subscription = {applicationId: id, apiId: api.id, throttlingPolicy: 'Gold'}
    await rest.want(201, SUBSCRIPTIONS, {json: subscription})
    return {id: id as string, name, keys}
  }
  const archived = async (bytes: Buffer, name: string, ending: string): Promise<Archived> => {
    const path = `admin-${name}/application.${ending}`
    const files = await unzipped(bytes)
    assert.deepEqual([...files.keys()], [path])
    return parse(files.get(path)!.toString()) as Archived
  }

  for (const format of ['YAML', 'JSON'])
    it(`bring an application back with its subscriptions and keys (${format})`, async () => {
      const {id, name, keys} = await create()
      const saved = await save(name, `&withKeys=true&format=${format}`)
      assert.equal(saved.status, 200, saved.text)
      const {type, data} = await archived(saved.bytes, name, format.toLowerCase())
      const {keys: exported, ...info} = data.applicationInfo as Json & {keys: readonly Json[]}
      assert.deepEqual(
        [type, info['name'], info['throttlingPolicy'], info['owner']],
        ['application', name, '10PerMin', 'admin'],
      )
      assert.deepEqual(
        exported.map(it => it['consumerSecret']),
        [Buffer.from(keys.consumerSecret).toString('base64')],
      )
      assert.deepEqual(
        data.subscribedAPIs.map(it => it['throttlingPolicy']),
        ['Gold'],
      )

      assert.equal((await load(saved.bytes)).status, 409, 'it is there')
      await rest.want(200, `${APPLICATIONS}/${id}`, {method: 'DELETE'})
      const loaded = await load(saved.bytes, '?preserveOwner=true')
      assert.equal(loaded.status, 201, loaded.text)
      const made = loaded.body.applicationId
      const {description, attributes, keys: own} = await rest.want(200, `${APPLICATIONS}/${made}`)
      assert.deepEqual([description, attributes], ['Mine', {team: 'blue'}])
      const of = (it: Json) => [it['keyType'], it['consumerKey'], it['consumerSecret'], it['supportedGrantTypes']]
      assert.deepEqual(own.map(of), [of(keys)])
      assert.deepEqual(await subscribed(made), [`${api.id} Gold`])
      const token = await cluster.ask('control-plane-1', 9443, '/oauth2/token', {
        basic: `${keys.consumerKey}:${keys.consumerSecret}`,
        form: {grant_type: 'client_credentials'},
      })
      assert.equal(token.status, 200, token.text)
    })

  it('leave keys and subscriptions out where that is asked for, and change one that is there', async () => {
    const {id, name} = await create()
    const bare = (await save(name)).bytes
    assert.deepEqual((await archived(bare, name, 'yaml')).data.applicationInfo['keys'], [])
    const whole = (await save(name, '&withKeys=true')).bytes
    const json = {name, throttlingPolicy: '20PerMin', description: 'changed'}
    await rest.want(200, `${APPLICATIONS}/${id}`, {method: 'PUT', json})
    const updated = await load(whole, '?update=true&skipApplicationKeys=true')
    assert.deepEqual([updated.status, updated.body.applicationId, updated.body.description], [201, id, 'Mine'])
    await rest.want(200, `${APPLICATIONS}/${id}`, {method: 'DELETE'})
    const {body} = await load(whole, '?skipSubscriptions=true&skipApplicationKeys=true&update=true')
    assert.deepEqual(await subscribed(body.applicationId), [])
    assert.deepEqual((await rest.want(200, `${APPLICATIONS}/${body.applicationId}/keys`)).list, [])
  })

  it('say which APIs are not here', async () => {
    const applicationInfo = {name: 'Skips', throttlingPolicy: '10PerMin', owner: 'admin'}
    const apiId = {providerName: 'admin', apiName: 'Cats', version: '2'}
    const data = {applicationInfo, subscribedAPIs: [{apiId, throttlingPolicy: 'Gold'}]}
    const {status, body} = await load(await pack(stringify({type: 'application', data})))
    assert.deepEqual([status, body.list], [207, [{name: 'Cats', version: '2', provider: 'admin'}]])
  })

  const key = {keyType: 'PRODUCTION', keyManager: 'Theirs', consumerKey: 'a'}
  const REFUSED: readonly (readonly [what: string, status: number, given: unknown])[] = [
    ['groups', 501, {groups: ['a']}],
    ['keys of key managers that are not here', 501, {keys: [key]}],
    ['a policy that is not here', 400, {throttlingPolicy: 'Nobodys'}],
    ['no name', 400, {name: null}],
  ]
  for (const [what, status, given] of REFUSED)
    it(`are refused with ${what}`, async () => {
      const applicationInfo = {name: 'Refused', throttlingPolicy: '10PerMin', ...(given as Json)}
      const answer = await load(await pack(stringify({data: {applicationInfo}})))
      assert.equal(answer.status, status, answer.text)
    })

  it('are refused without an application, and to who may not move them', async () => {
    const none = await load(await zipped(new Map([['a/b', Buffer.from('x')]])))
    assert.deepEqual([none.status, none.body.description.slice(0, 35)], [400, 'Cannot find Application definition.'])
    assert.equal((await save('Nobodys')).status, 404)
    const weak = await rest4In(cluster, 'apim:subscribe')
    assert.equal((await weak.ask(`${APPLICATIONS}/export?appName=a&appOwner=admin`)).status, 403)
  })
})
