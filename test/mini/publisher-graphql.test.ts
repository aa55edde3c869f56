import assert from 'node:assert/strict'
import {strange} from './facts/facts.js'
import {inDatabases} from './support/in-cluster.js'
import {makePublisherLab, PUBLISHER, type PublisherLab} from './support/publisher-lab.js'

const SCHEMA = 'type Query { hero: String, secret: String }\ntype Mutation { rename(name: String!): String }\n'
const OPERATIONS = [
  {verb: 'QUERY', target: 'hero'},
  {verb: 'QUERY', target: 'secret'},
  {verb: 'MUTATION', target: 'rename'},
]

describe('mini: GraphQL APIs at a publisher', function () {
  this.timeout(60_000)
  const {databases, later} = inDatabases()
  let lab: PublisherLab
  before(async () => {
    lab = await makePublisherLab(databases)
    later(() => lab.close())
  })

  const ask = (path: string, options: object = {}) =>
    lab.cluster.ask('publisher-1', 9443, `${PUBLISHER}${path}`, {bearer: lab.token, ...options})
  const form = async (path: string, fields: Readonly<Record<string, string>>, method = 'POST') => {
    const data = new FormData()
    for (const [name, value] of Object.entries(fields)) {
      if (name === 'file') data.append(name, new Blob([value]), 'schema.graphql')
      else data.append(name, value)
    }
    const made = new Response(data)
    const headers = {'content-type': made.headers.get('content-type')!}
    return ask(path, {method, headers, body: Buffer.from(await made.arrayBuffer())})
  }
  const properties = (more: object = {}) =>
    JSON.stringify({
      name: 'Heroes',
      context: '/heroes',
      version: '1',
      policies: ['Gold'],
      endpointConfig: {endpoint_type: 'http', production_endpoints: {url: 'http://localhost:1/graphql'}},
      ...more,
    })

  it('validates a schema, and tells its operations', async () => {
    const right = await form('/apis/validate-graphql-schema', {file: SCHEMA})
    assert.deepEqual(right.body, {
      isValid: true,
      errorMessage: '',
      graphQLInfo: {operations: OPERATIONS, graphQLSchema: {schemaDefinition: SCHEMA}},
    })
    const wrong = await form('/apis/validate-graphql-schema', {file: 'type Query { hero: Hero }'})
    assert.equal(wrong.status, 200)
    assert.equal(wrong.body.isValid, false)
    assert.match(wrong.body.errorMessage, /Hero/)
    assert.deepEqual(strange('publisher', 'GraphQLValidationResponse', wrong.body), [])
  })

  it('makes an API of a schema, which reaches the gateways, and changes it', async () => {
    const scopes = [{scope: {name: 'secrets', bindings: []}, shared: false}]
    const operations = [{...OPERATIONS[1], scopes: ['secrets'], throttlingPolicy: '10KPerMin'}, OPERATIONS[2]]
    const made = await form('/apis/import-graphql-schema', {
      file: SCHEMA,
      additionalProperties: properties({operations, scopes}),
    })
    assert.equal(made.status, 201, made.text)
    assert.deepEqual(strange('publisher', 'API', made.body), [])
    const {id} = made.body
    assert.equal(made.body.type, 'GRAPHQL')
    const put = await ask(`/apis/${id}`, {method: 'PUT', json: {...made.body, description: 'Heroes'}})
    assert.equal(put.status, 200, put.text)
    assert.deepEqual(put.body.operations, made.body.operations)
    const schema = await ask(`/apis/${id}/graphql-schema`)
    assert.deepEqual(schema.body, {name: 'admin--Heroes1.graphql', schemaDefinition: SCHEMA})
    assert.equal((await ask(`/apis/change-lifecycle?apiId=${id}&action=Publish`, {method: 'POST'})).status, 200)
    const artifact = () => lab.gateways[0]?.apis.get(id)
    assert.deepEqual(
      [
        artifact()?.apiType,
        artifact()?.schema,
        artifact()?.urlMappings.map(it => [it.httpMethod, it.urlPattern, it.scopes]),
      ],
      [
        'GRAPHQL',
        SCHEMA,
        [
          ['QUERY', 'secret', ['secrets']],
          ['MUTATION', 'rename', []],
        ],
      ],
    )
    const other = 'type Query { secret: String, villain: String }'
    assert.equal((await form(`/apis/${id}/graphql-schema`, {schemaDefinition: other}, 'PUT')).status, 200)
    assert.deepEqual(
      artifact()?.urlMappings.map(it => [it.urlPattern, it.throttlingPolicy]),
      [
        ['secret', '10KPerMin'],
        ['villain', 'Unlimited'],
      ],
    )
    const swagger = await ask(`/apis/${id}/swagger`)
    assert.deepEqual(Object.keys(swagger.body.paths), ['/*'])
  })

  for (const [what, fields] of [
    ['no schema', {additionalProperties: properties({name: 'A', context: '/a'})}],
    ['a schema that is none', {file: 'type {', additionalProperties: properties({name: 'A', context: '/a'})}],
    ['properties that are none', {file: SCHEMA, additionalProperties: 'none'}],
    [
      'an operation that the schema does not have',
      {file: SCHEMA, additionalProperties: properties({operations: [{verb: 'QUERY', target: 'villain'}]})},
    ],
    [
      'a verb of HTTP',
      {file: SCHEMA, additionalProperties: properties({operations: [{verb: 'GET', target: '/hero'}]})},
    ],
  ] as const) {
    it(`refuses ${what}: 400`, async () => {
      const {status, text} = await form('/apis/import-graphql-schema', fields)
      assert.equal(status, 400, text)
    })
  }

  it('makes none without a schema, and no API of HTTP with its operations', async () => {
    const graph = JSON.parse(properties({type: 'GRAPHQL', name: 'B', context: '/b'})) as object
    assert.equal((await ask('/apis', {json: graph})).status, 400)
    const http = JSON.parse(
      properties({name: 'B', context: '/b', operations: [{verb: 'QUERY', target: 'a'}]}),
    ) as object
    assert.equal((await ask('/apis', {json: http})).status, 400)
  })
})
