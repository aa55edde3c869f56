import assert from 'node:assert/strict'
import {randomUUID} from 'node:crypto'
import {parse, stringify} from 'yaml'
import {unzipped, zipped} from '../../src/mini/archive.js'
import type {Asked} from '../support/ask.js'
import {multipart} from '../support/multipart.js'
import {onMysql} from './support/in-cluster.js'
import {PUBLISHER_4, rest4In, type Rest4} from './support/rest-4.js'
import {seedUser} from './support/seed.js'

const APIS = `${PUBLISHER_4}/apis`
const SCOPES = ['api_view', 'api_create', 'api_publish', 'api_delete', 'api_import_export', 'document_create']
const PNG = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex')
const PLACE = {name: 'Default', vhost: 'gateway.lab.localhost', displayOnDevportal: true}
const ENDPOINTS = {endpoint_type: 'http', production_endpoints: {url: 'http://localhost:1'}}

type Json = Record<string, unknown>
type Texts = Readonly<Record<string, unknown>>

const unique = (name: string) => `${name}${randomUUID().slice(0, 8)}`
/** A project folder as apictl sends it: objects are YAML. */
const pack = (files: Texts, root = 'Project') =>
  zipped(
    new Map(
      Object.entries(files).map(([path, content]) => [
        `${root}/${path}`,
        Buffer.isBuffer(content) ? content : Buffer.from(typeof content === 'string' ? content : stringify(content)),
      ]),
    ),
  )
const definitionOf = (path: string, more: Json = {}) => ({
  openapi: '3.0.1',
  info: {title: 'Pets', version: '1'},
  paths: {[path]: {get: {responses: {200: {description: 'OK'}}}}},
  ...more,
})

describe('mini: APIs as archives of apictl 4.x', function () {
  this.timeout(60_000)
  const {cluster, databases, newCluster} = onMysql()
  let rest: Rest4
  before(async () => {
    await newCluster(['control-plane-1'], {face: '4'})
    await cluster.startAll()
    rest = await rest4In(cluster, SCOPES.map(it => `apim:${it}`).join(' '))
    await seedUser(databases, 'other', 'other')
  })

  const create = async (more: Json = {}): Promise<{id: string; name: string}> => {
    const name = unique('Pizza')
    return rest.want(201, APIS, {
      json: {name, context: `/${name}`, version: '1.0.0', policies: ['Unlimited'], endpointConfig: ENDPOINTS, ...more},
    })
  }
  const save = async (query: string): Promise<Asked> => {
    const answer = await rest.ask(`${APIS}/export?${query}`)
    assert.equal(answer.status, 200, answer.text)
    return answer
  }
  const load = async (bytes: Buffer, query = ''): Promise<Asked> =>
    rest.ask(`${APIS}/import${query}`, await multipart({file: {name: 'a.zip', bytes, type: 'application/zip'}}))
  const loaded = async (bytes: Buffer, query = '') => {
    const answer = await load(bytes, query)
    assert.deepEqual([answer.status, answer.text], [200, 'API imported successfully.'])
  }
  const named = async (name: string) => {
    const {list} = await rest.want(200, `${APIS}?query=name:"${name}"`)
    assert.equal(list.length, 1)
    return rest.want(200, `${APIS}/${list[0].id}`)
  }
  const project = (name: string, more: Texts = {}, data: Json = {}): Promise<Buffer> =>
    pack({
      'api.yaml': {
        type: 'api',
        version: 'v4.2.0',
        data: {name, version: '1.0.0', context: `/${name}`, endpointConfig: ENDPOINTS, ...data},
      },
      'Definitions/swagger.yaml': definitionOf('/pets'),
      ...more,
    })
  const places = async (id: string) => rest.want(200, `${APIS}/${id}/deployments`)
  const withoutTimes = (api: Json) => ({
    ...api,
    ...{id: '', createdTime: '', lastUpdatedTime: ''},
    operations: (api['operations'] as Json[]).map(it => ({...it, id: ''})),
  })

  for (const format of ['YAML', 'JSON'])
    it(`bring an API back with its documents, picture, definition and state (${format})`, async () => {
      const scope = unique('s')
      const before = await create({
        description: 'Kept: all',
        tags: ['a', 'b'],
        maxTps: {production: 5},
        additionalProperties: [{name: 'team', value: 'blue', display: false}],
        endpointConfig: {
          ...ENDPOINTS,
          endpoint_security: {production: {enabled: true, type: 'BASIC', username: 'joe', password: 'hidden'}},
        },
        scopes: [
          {scope: {name: scope, displayName: 'One of it', description: 'One', bindings: ['admin']}, shared: false},
        ],
        operations: [{target: '/a/{b}', verb: 'GET', authType: 'Any', throttlingPolicy: '10KPerMin', scopes: [scope]}],
      })
      const {id, name} = before
      await rest.want(200, `${APIS}/change-lifecycle?apiId=${id}&action=Publish`, {method: 'POST'})
      const documents = `${APIS}/${id}/documents`
      const contents = {
        Guide: ['MARKDOWN', {inlineContent: '# Hi'}],
        File: ['FILE', {file: {name: 'f.bin', bytes: Buffer.from([0, 255])}}],
        Link: ['URL', undefined],
      } as const
      for (const [document, [sourceType, content]] of Object.entries(contents)) {
        const json = {
          name: document,
          sourceType,
          type: 'HOWTO',
          visibility: 'API_LEVEL',
          sourceUrl: 'https://a.example/',
        }
        const {documentId} = await rest.want(201, documents, {json})
        if (content) await rest.want(201, `${documents}/${documentId}/content`, await multipart(content))
      }
      const picture = await multipart({file: {name: 'i.png', bytes: PNG}})
      await rest.want(201, `${APIS}/${id}/thumbnail`, {...picture, method: 'PUT'})
      const was = await rest.want(200, `${APIS}/${id}`)
      const definition = await rest.want(200, `${APIS}/${id}/swagger`)

      const saved = await save(`name=${name}&version=1.0.0&providerName=admin&preserveStatus=true&format=${format}`)
      assert.equal(saved.headers['content-disposition'], `attachment; filename="${name}-1.0.0.zip"`)
      assert.ok(!saved.bytes.includes('hidden'))
      const files = await unzipped(saved.bytes)
      const [root, ending] = [`${name}-1.0.0`, format.toLowerCase()]
      assert.deepEqual([...files.keys()].toSorted(), [
        `${root}/Definitions/swagger.${ending}`,
        `${root}/Docs/File/document.${ending}`,
        `${root}/Docs/File/f.bin`,
        `${root}/Docs/Guide/Guide`,
        `${root}/Docs/Guide/document.${ending}`,
        `${root}/Docs/Link/document.${ending}`,
        `${root}/Image/icon.png`,
        `${root}/api.${ending}`,
      ])
      const api = parse(files.get(`${root}/api.${ending}`)?.toString() ?? '') as {
        type: string
        version: string
        data: Json
      }
      assert.deepEqual([api.type, api.version, api.data], ['api', 'v4.2.0', was])

      assert.equal((await load(saved.bytes)).status, 409, 'it is there')
      await rest.want(200, `${APIS}/${id}`, {method: 'DELETE'})
      await loaded(saved.bytes, '?preserveProvider=true&rotateRevision=false')
      const is = await named(name)
      assert.deepEqual(withoutTimes(is), withoutTimes(was))
      assert.deepEqual(await rest.want(200, `${APIS}/${is.id}/swagger`), definition)
      assert.equal((await rest.ask(`${APIS}/${is.id}/thumbnail`)).status, 200)
      const {list} = await rest.want(200, `${APIS}/${is.id}/documents`)
      assert.deepEqual(list.map((it: Json) => it['name']).toSorted(), ['File', 'Guide', 'Link'])
      const content = async (document: string) => {
        const {documentId} = list.find((it: Json) => it['name'] === document)
        return (await rest.ask(`${APIS}/${is.id}/documents/${documentId}/content`)).bytes
      }
      assert.deepEqual([await content('Guide'), await content('File')], [Buffer.from('# Hi'), Buffer.from([0, 255])])
    })

  it('change an API that is there, make one that is not, and leave only the documents that they have', async () => {
    const {id, name} = await create({description: 'first'})
    const {bytes} = await save(`apiId=${id}`)
    const guide = {name: 'Guide', sourceType: 'INLINE', type: 'HOWTO', visibility: 'API_LEVEL'}
    await rest.want(201, `${APIS}/${id}/documents`, {json: guide})
    const api = await rest.want(200, `${APIS}/${id}`)
    await rest.want(200, `${APIS}/${id}`, {method: 'PUT', json: {...api, description: 'second'}})
    await loaded(bytes, '?overwrite=true')
    const changed = await named(name)
    assert.deepEqual([changed.id, changed.description], [id, 'first'])
    assert.equal((await rest.want(200, `${APIS}/${id}/documents`)).count, 0)
    await rest.want(200, `${APIS}/${id}`, {method: 'DELETE'})
    await loaded(bytes, '?overwrite=true')
    assert.equal((await named(name)).description, 'first')
  })

  it('say whose an API is, or leave it to who imports', async () => {
    const [hers, mine, theirs] = [unique('Hers'), unique('Mine'), unique('Theirs')]
    await loaded(await project(hers, {}, {provider: 'other'}))
    await loaded(await project(mine, {}, {provider: 'other'}), '?preserveProvider=false')
    assert.deepEqual([(await named(hers)).provider, (await named(mine)).provider], ['other', 'admin'])
    assert.equal((await load(await project(theirs, {}, {provider: 'x@example.com'}))).status, 403)
    await loaded(await project(theirs, {}, {provider: 'x@example.com'}), '?preserveProvider=false')
  })

  it('deploy a revision where they say so, in place of the oldest if it may go', async () => {
    const name = unique('Placed')
    const deployments = {
      type: 'deployment_environments',
      data: [{deploymentEnvironment: 'Default', displayOnDevportal: false}],
    }
    const bytes = await project(name, {'deployment_environments.yaml': deployments})
    await loaded(bytes)
    const {id} = await named(name)
    const revisions = async () =>
      ((await rest.want(200, `${APIS}/${id}/revisions`)).list as Json[]).map(it => it['displayName'])
    const [{name: place, vhost, displayOnDevportal}] = await places(id)
    assert.deepEqual([place, vhost, displayOnDevportal], ['Default', PLACE.vhost, false])
    for (let i = 2; i <= 5; i++) await loaded(bytes, '?overwrite=true')
    const sixth = await load(bytes, '?overwrite=true')
    assert.deepEqual([sixth.status, sixth.body.code], [400, 900351])
    await loaded(bytes, '?overwrite=true&rotateRevision=true')
    assert.deepEqual(
      await revisions(),
      [2, 3, 4, 5, 6].map(it => `Revision ${it}`),
    )
    assert.equal((await places(id)).length, 1)
  })

  it('have an API as a revision has it, and where that is deployed', async () => {
    const {id, name} = await create({description: 'first'})
    const revise = async () => (await rest.want(201, `${APIS}/${id}/revisions`, {json: {}})).id as string
    const first = await revise()
    await rest.want(201, `${APIS}/${id}/deploy-revision?revisionId=${first}`, {json: [PLACE]})
    const api = await rest.want(200, `${APIS}/${id}`)
    await rest.want(200, `${APIS}/${id}`, {method: 'PUT', json: {...api, description: 'second'}})
    await revise()
    await rest.want(200, `${APIS}/${id}`, {method: 'PUT', json: {...api, description: 'third'}})
    const said = async (query: string) => {
      const files = await unzipped((await save(`apiId=${id}&${query}`)).bytes)
      const read = (path: string) => {
        const bytes = files.get(`${name}-1.0.0/${path}.yaml`)
        return bytes && (parse(bytes.toString()) as {data: unknown}).data
      }
      return [(read('api') as Json)['description'], read('deployment_environments')]
    }
    assert.deepEqual(await said(''), ['third', undefined])
    assert.deepEqual(await said('latestRevision=true'), ['second', undefined])
    const placed = [{deploymentEnvironment: 'Default', displayOnDevportal: true}]
    assert.deepEqual(await said('revisionNumber=1'), ['first', placed])
    assert.equal((await rest.ask(`${APIS}/export?apiId=${id}&revisionNumber=9`)).status, 404)
  })

  it('may be written by hand', async () => {
    const name = unique('Hand')
    const api = `type: api\nversion: v4.2.0\ndata:\n  name: ${name}\n  context: /${name}/{version}\n  version: 1.0\n  policies: [Gold]\n  endpointConfig: ${JSON.stringify(ENDPOINTS)}\n`
    await loaded(await project(name, {'api.yaml': api, 'Endpoint-certificates/.gitkeep': '', 'README.md': 'Hello'}))
    const {version, context, policies, lifeCycleStatus, operations} = await named(name)
    assert.deepEqual([version, context, policies, lifeCycleStatus], ['1.0', `/${name}`, ['Gold'], 'CREATED'])
    assert.deepEqual(
      operations.map((it: Json) => `${it['verb'] as string} ${it['target'] as string}`),
      ['GET /pets'],
    )
    const sample = unique('Sample')
    await loaded(
      await project(sample, {
        'Definitions/swagger.yaml': definitionOf('/sample', {
          info: {title: 'Sample', version: '1', 'x-wso2-apictl-init': true},
        }),
      }),
    )
    assert.deepEqual([...new Set((await named(sample)).operations.map((it: Json) => it['target']))], ['/*'])
  })

  describe('with the parameters of an environment', () => {
    const withParams = async (source: Buffer, params: object, folder = '') =>
      pack({[`${folder}intermediate_params.yaml`]: params, 'SourceArchive.zip': source})
    const PARAMS = {
      endpoints: {
        production: {url: 'http://localhost:2', config: {retryTimeOut: 3}},
        sandbox: {url: 'http://localhost:3'},
      },
      security: {production: {enabled: true, type: 'basic', username: 'joe', password: 'x'}},
      policies: ['Silver'],
      deploymentEnvironments: [{deploymentEnvironment: 'Default', deploymentVhost: PLACE.vhost}],
    }
    for (const [what, folder] of Object.entries({'of a file': '', 'of a folder': 'Deployment/'}))
      it(`have what these say (${what})`, async () => {
        const name = unique('Env')
        await loaded(await withParams(await project(name), PARAMS, folder))
        const {id, endpointConfig, policies} = await named(name)
        const {
          production_endpoints: production,
          sandbox_endpoints: sandbox,
          endpoint_security: security,
        } = endpointConfig
        assert.deepEqual(
          [production.url, sandbox.url, policies],
          ['http://localhost:2', 'http://localhost:3', ['Silver']],
        )
        const {enabled, type, username} = security.production
        assert.deepEqual([enabled, type, username], [true, 'BASIC', 'joe'])
        assert.equal((await places(id)).length, 1)
      })

    it('keep what these do not say, and take endpoints in turn', async () => {
      const [name, turns] = [unique('Kept'), unique('Turns')]
      await loaded(await withParams(await project(name), {policies: ['Gold']}))
      assert.equal((await named(name)).endpointConfig.production_endpoints.url, 'http://localhost:1')
      const production = [{url: 'http://localhost:2'}, {url: 'http://localhost:3'}]
      const given = {endpointRoutingPolicy: 'load_balanced', loadBalanceEndpoints: {production}}
      await loaded(await withParams(await project(turns), given))
      const {endpoint_type: type, production_endpoints: both} = (await named(turns)).endpointConfig
      assert.deepEqual([type, both], ['load_balance', production])
    })

    const REFUSED: readonly (readonly [status: number, params: object])[] = [
      [501, {endpointType: 'dynamic'}],
      [501, {certs: [{alias: 'a', hostName: 'h', path: 'a.crt'}]}],
      [501, {mutualSslCerts: [{alias: 'a', tierName: 'Gold', path: 'a.crt'}]}],
      [501, {awsLambdaEndpoints: {accessMethod: 'stored'}}],
      [400, {endpoints: {}}],
      [400, {endpointRoutingPolicy: 'failover'}],
      [400, {security: {production: {enabled: true, type: 'basic', username: 'joe'}}}],
      [501, {security: {production: {enabled: true, type: 'oauth', grantType: 'PASSWORD'}}}],
      [400, {unknown: 1}],
    ]
    for (const [status, params] of REFUSED)
      it(`are refused with ${JSON.stringify(params)}`, async () => {
        const {status: is, text} = await load(await withParams(await project(unique('No')), params))
        assert.equal(is, status, text)
      })
  })

  it('have schemas of GraphQL APIs, and WebSocket APIs', async () => {
    const schema = 'type Query { pets: [String] cats: [String] }'
    const name = unique('Graph')
    const additionalProperties = [{name: 'team', value: 'blue', display: false}]
    const properties = {
      name,
      version: '1.0.0',
      context: `/${name}`,
      policies: ['Unlimited'],
      endpointConfig: ENDPOINTS,
      additionalProperties,
    }
    const form = {
      file: {name: 's.graphql', bytes: Buffer.from(schema)},
      additionalProperties: JSON.stringify(properties),
    }
    const {id} = await rest.want(201, `${APIS}/import-graphql-schema`, await multipart(form))
    const graph = await save(`apiId=${id}`)
    await rest.want(200, `${APIS}/${id}`, {method: 'DELETE'})
    await loaded(graph.bytes)
    const after = await named(name)
    assert.equal((await rest.want(200, `${APIS}/${after.id}/graphql-schema`)).schemaDefinition, schema)
    assert.deepEqual(after.additionalProperties, additionalProperties)
    assert.deepEqual(
      after.operations.map((it: Json) => it['target']),
      ['pets', 'cats'],
    )

    const socket = await create({
      type: 'WS',
      endpointConfig: {endpoint_type: 'ws', production_endpoints: {url: 'ws://localhost:1'}},
    })
    const {bytes} = await save(`apiId=${socket.id}`)
    await rest.want(200, `${APIS}/${socket.id}`, {method: 'DELETE'})
    await loaded(bytes)
    assert.equal((await named(socket.name)).endpointConfig.endpoint_type, 'ws')
  })

  const OTHER = {'deployment_environments.yaml': {data: [{deploymentEnvironment: 'Other'}]}}
  const REFUSED: readonly (readonly [what: string, status: number, files: Texts, data?: Json])[] = [
    ['certificates of endpoints', 501, {'Endpoint-certificates/endpoint_certificates.yaml': {data: []}}],
    ['certificates of clients', 501, {'Client-certificates/a.crt': 'x'}],
    ['mediation policies', 501, {'Sequences/in-sequence/a.xml': '<a/>'}],
    ['policies', 501, {'Policies/a.yaml': 'a: 1'}],
    ['policies of operations', 501, {}, {operations: [{operationPolicies: {request: [{policyName: 'a'}]}}]}],
    ['definitions of asynchronous APIs', 501, {'Definitions/asyncapi.yaml': 'a: 1'}],
    ['a type that mini has not', 501, {}, {type: 'SSE'}],
    ['an environment that is not here', 400, OTHER],
    ['a policy that is not here', 400, {}, {policies: ['Nobodys']}],
    ['an API that is none', 400, {'api.yaml': 'data: {}'}],
    ['a definition that is none', 400, {'Definitions/swagger.yaml': 'x'}],
    ['a state that is none', 400, {}, {lifeCycleStatus: 'GONE'}],
  ]
  for (const [what, status, files, data] of REFUSED)
    it(`are refused with ${what}, and nothing is made`, async () => {
      const name = unique('Refused')
      const answer = await load(await project(name, files, data))
      assert.equal(answer.status, status, answer.text)
      assert.equal((await rest.want(200, `${APIS}?query=name:"${name}"`)).count, 0)
    })

  it('are refused without a definition, without an API, of another form, and on trial', async () => {
    const api = {'api.yaml': {data: {name: unique('No'), version: '1', context: '/no'}}}
    assert.match((await load(await pack(api))).body.description, /^Missing swagger file/)
    assert.match((await load(await pack({a: 'b'}))).body.description, /^Cannot find API definition/)
    assert.match((await load(await pack({'intermediate_params.yaml': {}}))).body.description, /^The source artifact/)
    assert.equal((await load(await project(unique('No')), '?dryRun=true')).status, 501)
  })
})
