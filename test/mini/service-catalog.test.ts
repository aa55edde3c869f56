import assert from 'node:assert/strict'
import {unzipped, zipped} from '../../src/mini/archive.js'
import type {AskOptions} from '../support/ask.js'
import {multipart} from '../support/multipart.js'
import {onMysql} from './support/in-cluster.js'
import {addTenant, PASSWORD} from './support/tenant-world.js'
import {CATALOG_4, PUBLISHER_4, rest4In, type Rest4} from './support/rest-4.js'

const SERVICES = `${CATALOG_4}/services`

const definitionOf = (title: string, path = '/menu') =>
  `openapi: 3.0.1\ninfo: {title: ${title}, version: '1'}\npaths:\n  ${path}:\n    get:\n      responses: {'200': {description: OK}}\n`

const pizza = (more: object = {}) => ({
  name: 'Pizza',
  version: 'v1',
  serviceKey: 'pizza-1',
  serviceUrl: 'http://localhost:1/pizza',
  definitionType: 'OAS3',
  securityType: 'BASIC',
  mutualSSLEnabled: true,
  ...more,
})

const formOf = (metadata: object, definition = definitionOf('Pizza')) =>
  multipart({
    serviceMetadata: JSON.stringify(metadata),
    // A form's plain texts have lines that end otherwise.
    ...(definition && {definitionFile: {bytes: Buffer.from(definition), name: 'definition.yaml'}}),
  })

describe("mini: 4.x's service catalog", function () {
  this.timeout(60_000)
  const {cluster, newCluster} = onMysql()
  let rest: Rest4
  before(async () => {
    await newCluster(['control-plane-1'], {face: '4'})
    await cluster.startAll()
    rest = await rest4In(cluster)
  })

  const add = async (metadata: object, definition?: string) =>
    (await rest.want(201, SERVICES, await formOf(metadata, definition))).id as string
  const importApi = (key: string, name: string, more: object = {}) =>
    rest.ask(`${PUBLISHER_4}/apis/import-service?serviceKey=${key}`, {
      json: {name, context: `/${name.toLowerCase()}`, version: '1.0.0', policies: ['Unlimited'], ...more},
    })

  it('keeps a service with its definition, and tells both', async () => {
    const id = await add(pizza())
    const {md5, createdTime, lastUpdatedTime, ...told} = await rest.want(200, `${SERVICES}/${id}`)
    assert.deepEqual(told, {...pizza(), id, usage: 0, description: '', definitionUrl: ''})
    assert.match(md5, /^[0-9a-f]{64}$/)
    assert.match(createdTime, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}$/)
    assert.equal(createdTime, lastUpdatedTime)
    const {status, text, headers} = await rest.ask(`${SERVICES}/${id}/definition`)
    assert.deepEqual([status, text, headers['content-type']], [200, definitionOf('Pizza'), 'application/yaml'])
    assert.deepEqual(await rest.want(200, `${SERVICES}/${id}/usage`), {count: 0, list: []})
  })

  it('takes the definition inline too, but not twice, and makes a key of name and version', async () => {
    const twice = await multipart({
      serviceMetadata: JSON.stringify(pizza({name: 'Pasta'})),
      inlineContent: definitionOf('Pasta'),
      definitionFile: {bytes: Buffer.from(definitionOf('Pasta')), name: 'definition.yaml'},
    })
    assert.equal((await rest.ask(SERVICES, twice)).status, 400)
    const made = await rest.want(
      201,
      SERVICES,
      await multipart({
        serviceMetadata: JSON.stringify(pizza({name: 'Pasta', serviceKey: undefined})),
        inlineContent: definitionOf('Pasta'),
      }),
    )
    assert.equal(made.serviceKey, 'Pasta-v1')
  })

  it('refuses what is there already', async () => {
    for (const more of [{name: 'Other'}, {serviceKey: 'other'}])
      assert.equal((await rest.ask(SERVICES, await formOf(pizza(more)))).status, 409)
  })

  const BAD: Readonly<Record<string, readonly [metadata: object, definition: string, status: number, told: RegExp]>> = {
    'no name': [pizza({name: ''}), definitionOf('x'), 400, /^name: /],
    'an unknown field': [pizza({color: 'red'}), definitionOf('x'), 400, /color/],
    'an unknown type': [pizza({definitionType: 'OAS4'}), definitionOf('x'), 400, /^definitionType: /],
    'an unknown security': [pizza({securityType: 'KERBEROS'}), definitionOf('x'), 400, /^securityType: /],
    'no definition': [pizza(), '', 400, /^Either inline definition or file should be provided/],
    'a definition that is none': [pizza(), 'openapi: [', 400, /invalid service definition provided: /],
    'a definition of another type': [pizza({definitionType: 'OAS2'}), definitionOf('x'), 400, /not of type OAS2/],
    'a type that mini can not read': [pizza({definitionType: 'ASYNC_API'}), 'asyncapi: 2.0.0', 501, /ASYNC_API/],
  }
  for (const [what, [metadata, definition, status, told]] of Object.entries(BAD))
    it(`refuses ${what}`, async () => {
      const {body, ...answer} = await rest.ask(SERVICES, await formOf(metadata, definition))
      assert.equal(answer.status, status)
      assert.match(body.description, told)
    })

  it('finds services by name, version, type and key, sorted and by pages', async () => {
    await add(pizza({name: 'Pizza Hut', serviceKey: 'hut', version: 'v2'}))
    const names = async (query: string) =>
      (await rest.want(200, `${SERVICES}?${query}`)).list.map(({name}: {name: string}) => name)
    assert.deepEqual(await names('name=pizza'), ['Pizza', 'Pizza Hut'])
    assert.deepEqual(await names('name=%22Pizza%22'), ['Pizza'])
    assert.deepEqual(await names('version=v2'), ['Pizza Hut'])
    assert.deepEqual(await names('definitionType=OAS'), ['Pasta', 'Pizza', 'Pizza Hut'])
    assert.deepEqual(await names('definitionType=WSDL1'), [])
    assert.deepEqual(await names('key=hut,pizza-1'), ['Pizza', 'Pizza Hut'])
    assert.deepEqual(await names('sortBy=name&sortOrder=desc'), ['Pizza Hut', 'Pizza', 'Pasta'])
    const {list, pagination} = await rest.want(200, `${SERVICES}?limit=1&offset=1&shrink=true`)
    assert.deepEqual(Object.keys(list[0]).toSorted(), ['id', 'md5', 'name', 'serviceKey', 'version'])
    assert.deepEqual([list.length, pagination.total], [1, 3])
    for (const query of ['definitionType=OS3', 'sortBy=defType', 'sortOrder=acs', 'limit=x'])
      assert.equal((await rest.ask(`${SERVICES}?${query}`)).status, 400, query)
  })

  it('changes what a service says, but not which one it is', async () => {
    const id = await add(pizza({name: 'Soup', serviceKey: 'soup'}))
    const before = await rest.want(200, `${SERVICES}/${id}`)
    const put = async (more: object) => ({
      ...(await formOf(pizza({name: 'Soup', serviceKey: 'soup', ...more}))),
      method: 'PUT',
    })
    const after = await rest.want(200, `${SERVICES}/${id}`, await put({description: 'hot'}))
    assert.equal(after.description, 'hot')
    assert.notEqual(after.md5, before.md5)
    assert.equal((await rest.ask(`${SERVICES}/${id}`, await put({version: 'v2'}))).status, 400)
    assert.equal((await rest.ask(`${SERVICES}/none`, await put({}))).status, 404)
  })

  it('makes an API of a service, which is then in use, and made anew when the service has changed', async () => {
    const id = await add(pizza({name: 'Cake', serviceKey: 'cake'}))
    const made = await importApi('cake', 'CakeApi')
    assert.equal(made.status, 201, made.text)
    const {id: apiId, endpointConfig, operations, serviceInfo} = made.body
    assert.deepEqual(serviceInfo, {key: 'cake', name: 'Cake', version: 'v1', outdated: false})
    assert.equal(endpointConfig.production_endpoints.url, 'http://localhost:1/pizza')
    assert.deepEqual(
      operations.map(({verb, target}: Record<string, string>) => `${verb} ${target}`),
      ['GET /menu'],
    )
    const api = {id: apiId, name: 'CakeApi', context: '/cakeapi', version: '1.0.0', provider: 'admin'}
    assert.deepEqual(await rest.want(200, `${SERVICES}/${id}/usage`), {count: 1, list: [api]})
    assert.equal((await rest.want(200, `${SERVICES}/${id}`)).usage, 1)
    assert.equal((await rest.ask(`${SERVICES}/${id}`, {method: 'DELETE'})).status, 409)

    const form = await formOf(pizza({name: 'Cake', serviceKey: 'cake'}), definitionOf('Cake', '/slices'))
    await rest.want(200, `${SERVICES}/${id}`, {...form, method: 'PUT'})
    const outdated = await rest.want(200, `${PUBLISHER_4}/apis/${apiId}`)
    assert.equal(outdated.serviceInfo.outdated, true)
    const anew = await rest.want(200, `${PUBLISHER_4}/apis/${apiId}/reimport-service`, {method: 'PUT'})
    assert.equal(anew.serviceInfo.outdated, false)
    assert.deepEqual(
      anew.operations.map(({target}: {target: string}) => target),
      ['/slices'],
    )
    // What the publisher tells can be sent back.
    await rest.want(200, `${PUBLISHER_4}/apis/${apiId}`, {method: 'PUT', json: {...anew, description: 'sweet'}})
    await rest.want(200, `${PUBLISHER_4}/apis/${apiId}`, {method: 'DELETE'})
    assert.equal((await rest.ask(`${SERVICES}/${id}`, {method: 'DELETE'})).status, 204)
    assert.equal((await rest.ask(`${SERVICES}/${id}`)).status, 404)
  })

  it('makes no API of a service that is not there, and none of another service by its body', async () => {
    assert.equal((await importApi('nowhere', 'Nowhere')).status, 404)
    const made = await importApi('pizza-1', 'Other', {serviceInfo: {key: 'hut'}})
    assert.deepEqual([made.status, made.body.description], [501, 'mini has no APIs of other services'])
    const {body: api} = await importApi('pizza-1', 'Slice')
    const version = `newVersion=2&serviceVersion=v2&apiId=${api.id}`
    assert.equal((await rest.ask(`${PUBLISHER_4}/apis/copy-api?${version}`, {method: 'POST'})).status, 501)
    const plain = await rest.want(201, `${PUBLISHER_4}/apis`, {
      json: {name: 'Plain', context: '/plain', version: '1.0.0'},
    })
    assert.equal(plain.serviceInfo, undefined)
    const anew = await rest.ask(`${PUBLISHER_4}/apis/${plain.id}/reimport-service`, {method: 'PUT'})
    assert.equal(anew.status, 400)
    for (const {id} of [api, plain]) await rest.want(200, `${PUBLISHER_4}/apis/${id}`, {method: 'DELETE'})
  })

  const archive = (more: object = {}) =>
    zipped(
      new Map([
        ['one/.DS_Store', Buffer.from('x')],
        ['one/metadata.yaml', Buffer.from(JSON.stringify(pizza({name: 'One', serviceKey: 'one', ...more})))],
        ['one/definition.yaml', Buffer.from(definitionOf('One'))],
      ]),
    )
  const imports = async (bytes: Buffer, query = '', fields: Readonly<Record<string, string>> = {}) =>
    rest.ask(`${SERVICES}/import${query}`, await multipart({file: {bytes, name: 'services.zip'}, ...fields}))

  it('imports archives, over what is there only when told to and nobody else has changed it', async () => {
    const first = await imports(await archive())
    assert.equal(first.status, 200, first.text)
    const [{id, md5, ...one}] = first.body.list
    assert.deepEqual(one, {name: 'One', key: 'one', version: 'v1'})
    const changed = await archive({description: 'changed'})
    const refused = await imports(changed)
    assert.deepEqual(
      [refused.status, refused.body.description],
      [400, 'Cannot update existing services when overwrite is false'],
    )
    const verifier = (of: string) => ({verifier: JSON.stringify([{key: 'one', md5: of}])})
    assert.equal((await imports(changed, '?overwrite=true', verifier('0'))).status, 400)
    assert.equal((await imports(changed, '?overwrite=true', verifier(md5))).body.list[0].id, id)
    assert.equal((await rest.want(200, `${SERVICES}/${id}`)).description, 'changed')
    assert.equal((await imports(await archive({version: 'v2'}), '?overwrite=true')).status, 400)
    assert.equal((await imports(Buffer.from('no zip'))).status, 400)
    assert.equal((await imports(await zipped(new Map([['a.txt', Buffer.from('x')]])))).status, 400)
  })

  it('what it exports is what it imports', async () => {
    const before = (await rest.want(200, `${SERVICES}?key=one`)).list[0]
    assert.equal((await rest.ask(`${SERVICES}/export?name=One&version=v9`)).status, 404)
    assert.equal((await rest.ask(`${SERVICES}/export?name=One`)).status, 400)
    const {status, headers, bytes} = await rest.ask(`${SERVICES}/export?name=One&version=v1`)
    assert.deepEqual([status, headers['content-disposition']], [200, 'attachment; filename="One-v1.zip"'])
    assert.deepEqual([...(await unzipped(bytes)).keys()], ['One-v1/metadata.yaml', 'One-v1/definition.yaml'])
    assert.equal((await rest.ask(`${SERVICES}/${before.id}`, {method: 'DELETE'})).status, 204)
    const {list} = (await imports(bytes)).body
    assert.equal(list[0].md5, before.md5)
  })

  it("a tenant's services are nobody else's", async () => {
    await addTenant(cluster, 'other.example', 'control-plane-1')
    const basic = `admin@other.example:${PASSWORD}`
    const theirs = (path: string, options: AskOptions = {}) =>
      cluster.ask('control-plane-1', 9443, path, {basic, ...options})
    const {id} = (await rest.want(200, `${SERVICES}?key=pizza-1`)).list[0]
    assert.deepEqual((await theirs(SERVICES)).body.list, [])
    for (const [path, method] of [
      [`/${id}`, 'GET'],
      [`/${id}`, 'DELETE'],
      [`/${id}/definition`, 'GET'],
      [`/${id}/usage`, 'GET'],
      ['/export?name=Pizza&version=v1', 'GET'],
    ] as const)
      assert.equal((await theirs(`${SERVICES}${path}`, {method})).status, 404, path)
    assert.equal((await theirs(`${SERVICES}/${id}`, {...(await formOf(pizza())), method: 'PUT'})).status, 404)
    const json = {name: 'Theirs', context: '/theirs', version: '1'}
    const path = `${PUBLISHER_4}/apis/import-service?serviceKey=pizza-1`
    assert.equal((await theirs(path, {json})).status, 404)
    const own = await theirs(SERVICES, await formOf(pizza()))
    assert.equal(own.status, 201, own.text)
    const made = await theirs(path, {json})
    assert.equal(made.status, 201, made.text)
    assert.equal((await theirs(`${SERVICES}/${own.body.id}/usage`)).body.count, 1)
    assert.equal((await rest.want(200, `${SERVICES}/${id}/usage`)).count, 0)
  })

  it('asks for the scopes of the description', async () => {
    const viewer = await rest4In(cluster, 'service_catalog:service_view')
    await viewer.want(200, SERVICES)
    assert.equal((await viewer.ask(SERVICES, await formOf(pizza()))).status, 403)
    assert.deepEqual(await viewer.want(200, `${CATALOG_4}/settings`), {
      scopes: ['service_catalog:service_view', 'service_catalog:service_write'],
    })
  })

  it('takes no word of the description for an id', async () => {
    assert.equal((await rest.ask(`${SERVICES}/import`)).status, 501)
  })
})
