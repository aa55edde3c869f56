import assert from 'node:assert/strict'
import {randomUUID} from 'node:crypto'
import {get} from 'node:http'
import {unzipped, zipped} from '../../src/mini/archive.js'
import type {Asked, AskOptions} from '../support/ask.js'
import {multipart} from '../support/multipart.js'
import {strange} from './facts/facts.js'
import {httpServed, type Served} from './support/gateway-lab.js'
import {inCluster} from './support/in-cluster.js'
import {seedToken, seedUser} from './support/seed.js'

const BASES = {publisher: '/api/am/publisher/v1', store: '/api/am/store/v1', admin: '/api/am/admin/v1'} as const
const SCOPES = [
  ...['api_view', 'api_create', 'api_publish', 'api_delete', 'document_create', 'api_import_export', 'admin'],
  ...['subscribe', 'app_manage', 'sub_manage', 'app_import_export'],
].map(it => `apim:${it}`)
const PNG = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex')

const THREE = {
  openapi: '3.0.1',
  info: {title: 'Pets', version: '1.0.0', description: 'All pets', contact: {name: 'Ann'}},
  servers: [{url: 'https://pets.example/v1'}],
  tags: [{name: 'pet'}],
  paths: {
    '/pets/{id}': {
      parameters: [{name: 'id', in: 'path', required: true, schema: {type: 'integer'}}],
      get: {
        operationId: 'getPet',
        summary: 'One pet',
        tags: ['pet'],
        responses: {
          200: {description: 'OK', content: {'application/json': {schema: {$ref: '#/components/schemas/Pet'}}}},
        },
        security: [{key: []}],
        'x-own': true,
      },
    },
  },
  components: {
    schemas: {Pet: {type: 'object', properties: {name: {type: 'string', example: 'Rex'}}}},
    securitySchemes: {key: {type: 'apiKey', name: 'k', in: 'header'}},
  },
  'x-top': 1,
}
const TWO = `swagger: '2.0'
info:
  title: Old
  version: '2'
host: old.example
basePath: /base
schemes: [http]
definitions:
  Pet: {type: object}
paths:
  /pets:
    post:
      parameters:
        - {name: body, in: body, schema: {$ref: '#/definitions/Pet'}}
      responses: {201: {description: Made}}
`

describe('mini: what is kept beside an API', function () {
  this.timeout(120_000)
  const nodes = ['publisher-1', 'devportal-1', 'key-manager-1', 'traffic-manager-1', 'gateway-1']
  const {cluster, databases, later} = inCluster(nodes, {analytics: false})
  let backend: Served
  let token = ''
  let other = ''
  const ask = (api: keyof typeof BASES, path: string, options: AskOptions = {}) =>
    cluster.ask(api === 'store' ? 'devportal-1' : 'publisher-1', 9443, `${BASES[api]}${path}`, {
      bearer: token,
      ...options,
    })
  const anonymous = (path: string) => cluster.ask('devportal-1', 9443, `${BASES.store}${path}`)
  const fits = (answer: Asked, status: number, api: keyof typeof BASES, type: string) => {
    assert.equal(answer.status, status, answer.text)
    assert.deepEqual(strange(api, type, answer.body), [])
  }
  const create = async (more: object = {}) => {
    const json = {
      name: `Api${randomUUID().slice(0, 8)}`,
      context: `/api-${randomUUID().slice(0, 8)}`,
      version: '1.0.0',
      policies: ['Unlimited'],
      endpointConfig: {endpoint_type: 'http', production_endpoints: {url: `http://localhost:${backend.port}/`}},
      operations: [{target: '/*', verb: 'GET', authType: 'Application & Application User'}],
      ...more,
    }
    const made = await ask('publisher', '/apis', {json})
    assert.equal(made.status, 201, made.text)
    return made.body as {id: string; name: string; context: string; version: string}
  }
  const publish = async ({id}: {id: string}) => {
    const path = `/apis/change-lifecycle?action=Publish&apiId=${id}`
    assert.equal((await ask('publisher', path, {method: 'POST'})).status, 200)
  }

  before(async () => {
    backend = await httpServed((request, response) => {
      response.statusCode = request.url === '/missing' ? 404 : 200
      response.end(request.url === '/openapi' ? JSON.stringify(THREE) : `${request.method} ${request.url}`)
    })
    later(() => backend.stop())
    await cluster.startAll()
    token = await seedToken(databases, 'admin', SCOPES)
    await seedUser(databases, 'other', 'other')
    other = await seedToken(databases, 'other', SCOPES)
  })

  describe('documents', () => {
    const GUIDE = {name: 'Guide', type: 'HOWTO', summary: 'How', sourceType: 'MARKDOWN', visibility: 'API_LEVEL'}
    let api: {id: string; name: string}
    let path = ''
    const add = async (json: object) => {
      const made = await ask('publisher', path, {json})
      fits(made, 201, 'publisher', 'Document')
      return made.body.documentId as string
    }
    const fill = async (id: string, fields: Parameters<typeof multipart>[0]) =>
      ask('publisher', `${path}/${id}/content`, await multipart(fields))

    beforeEach(async () => {
      api = await create()
      await publish(api)
      path = `/apis/${api.id}/documents`
    })

    it('take their text with the rest, where their kind has one', async () => {
      const made = await ask('publisher', path, {json: {...GUIDE, inlineContent: '# One'}})
      fits(made, 201, 'publisher', 'Document')
      const own = `${path}/${made.body.documentId}`
      assert.equal((await ask('store', `${own}/content`)).text, '# One')
      const changed = {...made.body, inlineContent: '# Two'}
      assert.equal((await ask('publisher', own, {method: 'PUT', json: changed})).status, 200)
      assert.equal((await ask('store', `${own}/content`)).text, '# Two')
      assert.equal((await ask('publisher', own, {method: 'PUT', json: made.body})).status, 200)
      assert.equal((await ask('store', `${own}/content`)).text, '# Two', 'who says nothing changes nothing')
      const file = {...GUIDE, name: 'File', sourceType: 'FILE', inlineContent: 'x'}
      assert.equal((await ask('publisher', path, {json: file})).status, 400)
      assert.equal((await ask('publisher', path)).body.count, 1, 'and nothing is half made')
    })

    it('are found in both portals by name, summary and text, by those who see them', async () => {
      const word = (of: string) => `${of}${randomUUID().slice(0, 8)}`
      const [summary, inside, secret] = [word('summary'), word('inside'), word('secret')]
      const guide = await add({...GUIDE, summary})
      await fill(guide, {inlineContent: `# Hello ${inside}`})
      const hidden = await add({...GUIDE, name: 'Notes', sourceType: 'INLINE', visibility: 'OWNER_ONLY'})
      await fill(hidden, {inlineContent: `<p>${secret} ${inside}</p>`})
      const found = async (of: 'publisher' | 'store', query: string, bearer = token) => {
        const answer = await ask(of, `/search?query=${encodeURIComponent(query)}`, {bearer})
        fits(answer, 200, of, 'SearchResultList')
        const list = answer.body.list as {name: string; type: string}[]
        for (const it of list) {
          assert.deepEqual(strange(of, it.type === 'DOC' ? 'DocumentSearchResult' : 'APISearchResult', it), [])
        }
        assert.equal(answer.body.pagination.total, list.length)
        return list.map(it => `${it.type} ${it.name}`)
      }
      for (const of of ['publisher', 'store'] as const) {
        for (const query of [
          summary,
          summary.toUpperCase(),
          `content:${summary}`,
          `doc:${summary}`,
          `Guide ${inside}`,
        ]) {
          assert.deepEqual(await found(of, query), ['DOC Guide'], `${of} ${query}`)
        }
        assert.deepEqual(await found(of, inside), ['DOC Guide', 'DOC Notes'], of)
        assert.deepEqual(await found(of, `doc:${api.name}`), [], of)
        assert.deepEqual(await found(of, `name:${summary}`), [], of)
        assert.deepEqual(await found(of, api.name), [`API ${api.name}`], of)
        assert.deepEqual(await found(of, `name:${api.name} subcontext:/*`), [`API ${api.name}`], of)
        const list = await ask(of, `/apis?query=content:${api.name}`)
        assert.equal(list.body.count, 1, 'lists of APIs have no documents')
      }
      assert.deepEqual(await found('store', inside, other), ['DOC Guide'])
      assert.equal((await anonymous(`/search?query=${secret}`)).body.count, 0)
      const [one] = (await anonymous(`/search?query=${inside}`)).body.list
      assert.deepEqual([one.id, one.apiUUID, one.apiName, one.sourceType], [guide, api.id, api.name, 'MARKDOWN'])
    })

    it('are made, listed, filled, changed and removed, and the portal shows them', async () => {
      const id = await add(GUIDE)
      assert.equal((await ask('publisher', `${path}/${id}/content`)).status, 404)
      fits(await fill(id, {inlineContent: '# Hello \u{1f355}'}), 201, 'publisher', 'Document')
      for (const of of ['publisher', 'store'] as const) {
        const list = await ask(of, path)
        fits(list, 200, of, 'DocumentList')
        assert.deepEqual([list.body.count, list.body.list[0].name], [1, 'Guide'])
        fits(await ask(of, `${path}/${id}`), 200, of, 'Document')
        const content = await ask(of, `${path}/${id}/content`)
        assert.deepEqual([content.status, content.text], [200, '# Hello \u{1f355}'])
        assert.match(String(content.headers['content-security-policy']), /sandbox/)
      }
      assert.equal((await anonymous(`${path}/${id}/content`)).status, 200)
      const put = await ask('publisher', `${path}/${id}`, {method: 'PUT', json: {...GUIDE, name: 'Renamed'}})
      fits(put, 200, 'publisher', 'Document')
      assert.equal((await ask('store', `${path}/${id}/content`)).text, '# Hello \u{1f355}')
      assert.equal((await ask('publisher', `${path}/${id}`, {method: 'DELETE'})).status, 200)
      assert.equal((await ask('store', `${path}/${id}`)).status, 404)
      const left = await databases.query('shareddb', "SELECT * FROM REG_RESOURCE WHERE REG_NAME = 'Renamed'")
      assert.equal(left.length, 0)
    })

    it('of the kind FILE keep name and type, of the kind URL lead there', async () => {
      const file = await add({...GUIDE, name: 'File', sourceType: 'FILE'})
      const bytes = Buffer.from('<script>alert(1)</script>')
      const filled = await fill(file, {file: {name: 'a b.html', bytes, type: 'text/html'}})
      assert.equal(filled.body.fileName, 'a b.html')
      const got = await ask('store', `${path}/${file}/content`)
      assert.equal(got.text, bytes.toString())
      assert.match(String(got.headers['content-disposition']), /^attachment; filename="a b\.html"/)
      assert.match(String(got.headers['content-security-policy']), /sandbox/)
      const same = await add({...GUIDE, name: 'Same', sourceType: 'FILE'})
      assert.equal((await fill(same, {file: {name: 'a b.html', bytes}})).status, 409)
      for (const name of ['../x', 'a/b', '..']) {
        assert.equal((await fill(same, {file: {name, bytes}})).status, 400, name)
      }
      assert.equal((await fill(file, {inlineContent: 'x'})).status, 400)
      const link = await add({...GUIDE, name: 'Link', sourceType: 'URL', sourceUrl: 'https://docs.example/a'})
      const led = await ask('store', `${path}/${link}/content`)
      assert.deepEqual([led.status, led.headers.location], [303, 'https://docs.example/a'])
    })

    it('are refused with a name that is taken or no file could have, and with a URL that is none', async () => {
      await add(GUIDE)
      assert.equal((await ask('publisher', path, {json: GUIDE})).status, 409)
      const bad = [
        {name: '../x'},
        {name: ''},
        {sourceType: 'URL', sourceUrl: 'javascript:alert(1)'},
        {sourceType: 'URL'},
        {type: 'OTHER'},
        {type: 'NONE'},
      ]
      for (const it of bad) {
        assert.equal((await ask('publisher', path, {json: {...GUIDE, name: 'New', ...it}})).status, 400)
      }
      const validate = (name: string) => ask('publisher', `${path}/validate?name=${name}`, {method: 'POST'})
      assert.equal((await validate('guide')).status, 200)
      assert.equal((await validate('New')).status, 404)
      assert.equal((await validate('')).status, 400)
    })

    it('are hidden where they are for fewer', async () => {
      const own = await add({...GUIDE, name: 'Own', visibility: 'OWNER_ONLY'})
      const ours = await add({...GUIDE, name: 'Ours', visibility: 'PRIVATE'})
      const names = async (options: AskOptions) =>
        ((await ask('store', path, options)).body.list as {name: string}[]).map(it => it.name)
      assert.deepEqual(await names({}), ['Own', 'Ours'])
      assert.deepEqual(await names({bearer: other}), ['Ours'])
      assert.deepEqual((await anonymous(path)).body.list, [])
      assert.equal((await ask('store', `${path}/${own}`, {bearer: other})).status, 404)
      assert.equal((await anonymous(`${path}/${ours}`)).status, 404)
    })

    it('are bounded', async () => {
      const id = await add({...GUIDE, sourceType: 'FILE'})
      const bytes = Buffer.alloc(5 * 1024 * 1024 + 1)
      assert.equal((await fill(id, {file: {name: 'a.bin', bytes}})).status, 413)
    })

    it('go with the API, and are in its next version', async () => {
      const id = await add(GUIDE)
      await fill(id, {inlineContent: 'Text'})
      const icon = await multipart({file: {name: 'i.png', bytes: PNG}})
      assert.equal((await ask('publisher', `/apis/${api.id}/thumbnail`, {...icon, method: 'PUT'})).status, 201)
      const copied = await ask('publisher', `/apis/copy-api?newVersion=2.0.0&apiId=${api.id}`, {method: 'POST'})
      assert.equal(copied.body.hasThumbnail, true)
      const [made] = (await ask('publisher', `/apis/${copied.body.id}/documents`)).body.list
      assert.notEqual(made.documentId, id)
      const text = await ask('publisher', `/apis/${copied.body.id}/documents/${made.documentId}/content`)
      assert.equal(text.text, 'Text')
      for (const it of [api.id, copied.body.id]) {
        assert.equal((await ask('publisher', `/apis/${it}`, {method: 'DELETE'})).status, 200)
      }
      const sql =
        'SELECT * FROM REG_RESOURCE r JOIN REG_PATH p ON p.REG_PATH_ID = r.REG_PATH_ID WHERE p.REG_PATH_VALUE LIKE ?'
      const left = await databases.query('shareddb', sql, [`%/${api.name}/%`])
      assert.equal(left.length, 0)
    })
  })

  it('a thumbnail is an image, of a bounded size, and the portal shows it', async () => {
    const api = await create()
    await publish(api)
    const path = `/apis/${api.id}/thumbnail`
    assert.equal((await ask('publisher', path)).status, 204)
    const put = async (bytes: Buffer, type = 'image/png') =>
      ask('publisher', path, {...(await multipart({file: {name: 'x.png', bytes, type}})), method: 'PUT'})
    assert.equal((await put(Buffer.from('<svg onload="alert(1)"/>'), 'image/svg+xml')).status, 400)
    assert.equal((await put(Buffer.concat([PNG, Buffer.alloc(1024 * 1024)]))).status, 413)
    const made = await put(PNG, 'text/html')
    fits(made, 201, 'publisher', 'FileInfo')
    assert.equal(made.body.mediaType, 'image/png')
    for (const of of ['publisher', 'store'] as const) {
      const got = await ask(of, path)
      assert.deepEqual([got.status, got.headers['content-type']], [200, 'image/png'])
    }
    const {body} = await ask('publisher', `/apis/${api.id}`)
    assert.equal(body.hasThumbnail, true)
    const changed = await ask('publisher', `/apis/${api.id}`, {method: 'PUT', json: {...body, description: 'x'}})
    assert.equal(changed.body.hasThumbnail, true)
    const {list} = (await ask('store', '/apis')).body
    assert.equal(list.find((it: {id: string}) => it.id === api.id)?.thumbnailUri, path)
  })

  describe('definitions', () => {
    const properties = (name: string, more: object = {}) =>
      JSON.stringify({
        name,
        version: '1.0.0',
        context: `/${name.toLowerCase()}`,
        policies: ['Unlimited'],
        endpointConfig: {endpoint_type: 'http', production_endpoints: {url: 'http://localhost:1/'}},
        ...more,
      })
    const file = (text: string, name = 'a.json') => ({name, bytes: Buffer.from(text)})
    const three = file(JSON.stringify(THREE))
    const imported = async (fields: Parameters<typeof multipart>[0]) =>
      ask('publisher', '/apis/import-openapi', await multipart(fields))

    it('make an API, and come back with all their parts', async () => {
      const made = await imported({file: three, additionalProperties: properties('Pets')})
      fits(made, 201, 'publisher', 'API')
      const [operation] = made.body.operations
      assert.deepEqual([operation.target, operation.verb, made.body.description], ['/pets/{id}', 'GET', 'All pets'])
      await publish(made.body)
      const {body} = await ask('publisher', `/apis/${made.body.id}/swagger`)
      const {get, ...path} = body.paths['/pets/{id}']
      const {security, ...rest} = get
      const given = {...THREE.paths['/pets/{id}'].get, security}
      assert.deepEqual({...given, ...rest, security}, get)
      for (const [key, value] of Object.entries(given)) assert.deepEqual(get[key], value, key)
      assert.deepEqual(security, [{default: []}, {key: []}])
      assert.deepEqual(path.parameters, THREE.paths['/pets/{id}'].parameters)
      assert.deepEqual(body.components.schemas, THREE.components.schemas)
      assert.deepEqual(body.components.securitySchemes.key, THREE.components.securitySchemes.key)
      for (const part of ['openapi', 'info', 'servers', 'tags', 'x-top'] as const) {
        assert.deepEqual(body[part], THREE[part], part)
      }
      const seen = (await ask('store', `/apis/${made.body.id}/swagger`)).body
      assert.deepEqual(seen.components.schemas, THREE.components.schemas)
      assert.match(seen.servers[0].url, /\/pets\/1\.0\.0$/)
    })

    it('of version 2 stay of version 2, and of YAML', async () => {
      const made = await imported({file: file(TWO, 'a.yaml'), additionalProperties: properties('Old')})
      fits(made, 201, 'publisher', 'API')
      await publish(made.body)
      const {body} = await ask('publisher', `/apis/${made.body.id}/swagger`)
      assert.deepEqual([body.swagger, body.host, body.definitions], ['2.0', 'old.example', {Pet: {type: 'object'}}])
      assert.ok(body.securityDefinitions.default)
      const seen = (await ask('store', `/apis/${made.body.id}/swagger`)).body
      assert.equal(seen.basePath, '/old/1.0.0')
    })

    it('have the scopes of all their OAuth schemes, where none is the default one', async () => {
      const flow = (scopes: object, roles?: object) => ({tokenUrl: 'https://a', scopes, 'x-scopes-bindings': roles})
      const oauth = {type: 'oauth2', flows: {clientCredentials: flow({read: 'Read'}), implicit: flow({write: 'Write'})}}
      const more = {type: 'oauth2', flows: {password: flow({admin: 'All'}, {admin: 'admin'})}}
      const get = {security: [{oauth: ['read', 'write']}, {more: ['admin']}, {key: ['no scope']}], responses: {}}
      const components = {securitySchemes: {oauth, more, key: {type: 'apiKey', name: 'k', in: 'header'}}}
      const v3 = {openapi: '3.0.1', info: THREE.info, paths: {'/a': {get}}, components}
      const two = {
        ...{swagger: '2.0', info: THREE.info},
        securityDefinitions: {oauth: {type: 'oauth2', flow: 'implicit', scopes: {read2: 'Read'}}},
        paths: {'/a': {get: {security: [{oauth: ['read2']}], responses: {}}}},
      }
      const old = {
        ...{swagger: '2.0', info: THREE.info},
        'x-wso2-security': {apim: {'x-wso2-scopes': [{key: 'old', name: 'old', description: 'Old', roles: 'admin'}]}},
        paths: {'/a': {get: {'x-scope': 'old', responses: {}}}},
      }
      const scopesOf = async (name: string, given: object) => {
        const made = await imported({file: file(JSON.stringify(given)), additionalProperties: properties(name)})
        fits(made, 201, 'publisher', 'API')
        const list = made.body.scopes as {scope: {name: string; description: string; bindings: string[]}}[]
        assert.deepEqual(list.map(it => it.scope.name).toSorted(), made.body.operations[0].scopes.toSorted())
        return list.map(({scope: it}) => [it.name, it.description, it.bindings])
      }
      const three_ = await scopesOf('Scoped', v3)
      assert.deepEqual(three_.toSorted(), [
        ['admin', 'All', ['admin']],
        ['read', 'Read', []],
        ['write', 'Write', []],
      ])
      assert.deepEqual(await scopesOf('Scoped2', two), [['read2', 'Read', []]])
      assert.deepEqual(await scopesOf('ScopedOld', old), [['old', 'Old', ['admin']]])
    })

    it('are read from a URL', async () => {
      const url = `http://localhost:${backend.port}/openapi`
      const made = await imported({url, additionalProperties: properties('Far')})
      fits(made, 201, 'publisher', 'API')
      const nowhere = await imported({
        url: `http://localhost:${backend.port}/missing`,
        additionalProperties: properties('No'),
      })
      assert.equal(nowhere.status, 400, nowhere.text)
      assert.equal((await imported({url: 'file:///etc/passwd', additionalProperties: properties('No')})).status, 400)
      assert.equal((await imported({additionalProperties: properties('No')})).status, 400)
      assert.equal((await imported({file: three, url, additionalProperties: properties('No')})).status, 400)
      assert.equal((await imported({file: three})).status, 400)
    })

    it('replace the one before, with scopes and who may have them', async () => {
      const api = await create()
      const flow = {
        scopes: {pets: 'Pets'},
        'x-scopes-bindings': {pets: 'admin'},
        authorizationUrl: 'https://test.com',
      }
      const securitySchemes = {default: {type: 'oauth2', flows: {implicit: flow}}}
      const paths = {'/a': {get: {summary: 'A', security: [{default: ['pets']}], responses: {}}}}
      const json = {...THREE, paths, components: {...THREE.components, securitySchemes}}
      const put = await ask('publisher', `/apis/${api.id}/swagger`, {
        ...(await multipart({apiDefinition: JSON.stringify(json)})),
        method: 'PUT',
      })
      assert.equal(put.status, 200, put.text)
      assert.deepEqual(put.body.components.securitySchemes.default.flows.implicit, flow)
      const {body} = await ask('publisher', `/apis/${api.id}`)
      assert.deepEqual(body.scopes[0].scope.bindings, ['admin'])
      assert.deepEqual(body.operations[0].scopes, ['pets'])
      const got = (await ask('publisher', `/apis/${api.id}/swagger`)).body
      assert.deepEqual(got, put.body)
      assert.equal(got.paths['/a'].get.summary, 'A')
    })

    it('are judged without making anything', async () => {
      const judge = async (fields: Parameters<typeof multipart>[0], query = '') =>
        ask('publisher', `/apis/validate-openapi${query}`, await multipart(fields))
      const good = await judge({file: three}, '?returnContent=true')
      fits(good, 200, 'publisher', 'OpenAPIDefinitionValidationResponse')
      assert.deepEqual(
        [good.body.isValid, good.body.info.name, good.body.info.context, good.body.info.endpoints],
        [true, 'Pets', '/v1', ['https://pets.example/v1']],
      )
      assert.deepEqual(JSON.parse(good.body.content), THREE)
      for (const text of ['{', '{"openapi": "4"}', '[]', 'a: &a [*a]', '{"openapi": "3.0.0", "info": {}}']) {
        const bad = await judge({file: file(text)})
        fits(bad, 200, 'publisher', 'OpenAPIDefinitionValidationResponse')
        assert.deepEqual([bad.body.isValid, bad.body.errors.length], [false, 1], text)
      }
    })

    it('an endpoint is asked whether it is there', async () => {
      const validate = (url: string) =>
        ask('publisher', `/apis/validate-endpoint?endpointUrl=${encodeURIComponent(url)}`, {method: 'POST'})
      const there = await validate(`http://localhost:${backend.port}/x`)
      fits(there, 200, 'publisher', 'ApiEndpointValidationResponse')
      assert.equal(there.body.statusCode, 200)
      const away = await validate('http://localhost:1/')
      fits(away, 200, 'publisher', 'ApiEndpointValidationResponse')
      assert.match(away.body.error, /ECONNREFUSED|refused/)
      assert.equal((await validate('none')).status, 400)
    })
  })

  it('a prototype is served to everyone, and an administrator makes an API another user’s', async () => {
    const api = await create({lifeCycleStatus: 'PROTOTYPED', provider: 'other'})
    const {body} = await ask('publisher', `/apis/${api.id}`)
    assert.deepEqual([body.lifeCycleStatus, body.provider], ['PROTOTYPED', 'other'])
    const called = await cluster.ask('gateway-1', 8243, `${api.context}/1.0.0/x`)
    assert.deepEqual([called.status, called.text], [200, 'GET /x'])
    const json = {name: 'Mine', context: '/mine', version: '1', provider: 'admin'}
    const mine = await ask('publisher', '/apis', {json, bearer: other})
    assert.deepEqual([mine.status, mine.body.provider], [201, 'other'])
    const stranger = await ask('publisher', '/apis', {json: {...json, name: 'None', context: '/n', provider: 'nobody'}})
    assert.equal(stranger.status, 400)
  })

  describe('archives, as apictl moves them', () => {
    const load = async (bytes: Buffer, query = '') =>
      ask('admin', `/import/api${query}`, await multipart({file: {name: 'a.zip', bytes, type: 'application/zip'}}))
    const save = (path: string, of: 'admin' | 'publisher' = 'admin') => rawOf(of, path)
    /** As bytes: a zip is no text. */
    const rawOf = (of: 'admin' | 'publisher', path: string) =>
      new Promise<{status: number; disposition: string; bytes: Buffer}>((resolve, reject) => {
        const options = {
          port: cluster.port('publisher-1', 9763),
          path: `${BASES[of]}${path}`,
          headers: {authorization: `Bearer ${token}`},
        }
        get(options, response => {
          const parts: Buffer[] = []
          response.on('data', (part: Buffer) => parts.push(part)).on('error', reject)
          response.on('end', () =>
            resolve({
              status: response.statusCode ?? 0,
              disposition: String(response.headers['content-disposition']),
              bytes: Buffer.concat(parts),
            }),
          )
        }).on('error', reject)
      })
    const withoutTimes = (api: Record<string, unknown>) => ({
      ...api,
      id: '',
      createdTime: '',
      lastUpdatedTime: '',
      operations: (api.operations as {id: string}[]).map(it => ({...it, id: ''})),
    })

    for (const format of ['YAML', 'JSON']) {
      it(`bring an API back with its documents, picture, definition and state (${format})`, async () => {
        const scope = `s${randomUUID().slice(0, 8)}`
        const api = await create({
          description: 'Kept: all',
          tags: ['a', 'b'],
          businessInformation: {businessOwner: 'Ann', technicalOwnerEmail: 'joe@example.com'},
          additionalProperties: {team: 'blue'},
          maxTps: {production: 5},
          visibility: 'RESTRICTED',
          visibleRoles: ['admin'],
          endpointSecurity: {type: 'BASIC', username: 'joe', password: 'secret'},
          scopes: [{scope: {name: scope, displayName: scope, description: 'One', bindings: ['admin']}}],
          operations: [
            {target: '/a/{b}', verb: 'GET', authType: 'Any', throttlingPolicy: '10KPerMin', scopes: [scope]},
          ],
        })
        await publish(api)
        const documents = `/apis/${api.id}/documents`
        for (const [name, sourceType] of [
          ['Guide', 'MARKDOWN'],
          ['File', 'FILE'],
          ['Link', 'URL'],
        ] as const) {
          const json = {name, sourceType, type: 'HOWTO', visibility: 'API_LEVEL', sourceUrl: 'https://a.example/'}
          const {documentId} = (await ask('publisher', documents, {json})).body
          const content = {
            MARKDOWN: {inlineContent: '# Hi'},
            FILE: {file: {name: 'f.bin', bytes: Buffer.from([0, 255])}},
          }
          if (sourceType === 'URL') continue
          await ask('publisher', `${documents}/${documentId}/content`, await multipart(content[sourceType]))
        }
        await ask('publisher', `/apis/${api.id}/thumbnail`, {
          ...(await multipart({file: {name: 'i.png', bytes: PNG}})),
          method: 'PUT',
        })
        const before = (await ask('publisher', `/apis/${api.id}`)).body
        const definition = (await ask('publisher', `/apis/${api.id}/swagger`)).body
        const query = `name=${api.name}&version=1.0.0&providerName=admin&format=${format}`
        const saved = await save(`/export/api?${query}&preserveStatus=true`)
        assert.equal(saved.status, 200)
        assert.equal(saved.disposition, `attachment; filename="${api.name}-1.0.0.zip"`)
        const files = await unzipped(saved.bytes)
        const root = `${api.name}-1.0.0`
        const ending = format.toLowerCase()
        assert.deepEqual([...files.keys()].toSorted(), [
          `${root}/Docs/FileContents/f.bin`,
          `${root}/Docs/InlineContents/Guide`,
          `${root}/Docs/docs.${ending}`,
          `${root}/Image/icon.png`,
          `${root}/Meta-information/api.${ending}`,
          `${root}/Meta-information/swagger.${ending}`,
        ])
        assert.ok(!saved.bytes.includes('secret'))

        assert.equal((await load(saved.bytes)).status, 409, 'it is there')
        assert.equal((await ask('publisher', `/apis/${api.id}`, {method: 'DELETE'})).status, 200)
        const loaded = await load(saved.bytes)
        assert.deepEqual([loaded.status, loaded.text], [200, 'API imported successfully.'])
        const [{id}] = (await ask('publisher', `/search?query=name:"${api.name}"`)).body.list
        const after = (await ask('publisher', `/apis/${id}`)).body
        assert.deepEqual(withoutTimes(after), withoutTimes(before))
        assert.deepEqual((await ask('publisher', `/apis/${id}/swagger`)).body, definition)
        const list = (await ask('publisher', `/apis/${id}/documents`)).body.list as {name: string; documentId: string}[]
        assert.deepEqual(list.map(it => it.name).toSorted(), ['File', 'Guide', 'Link'])
        const guide = list.find(it => it.name === 'Guide')
        assert.equal((await ask('publisher', `/apis/${id}/documents/${guide?.documentId}/content`)).text, '# Hi')
        assert.equal((await ask('publisher', `/apis/${id}/thumbnail`)).status, 200)

        assert.equal((await load(saved.bytes, '?overwrite=true')).status, 200)
        const other_ = await save(`/apis/export?apiId=${id}&preserveStatus=false`, 'publisher')
        assert.equal(other_.status, 200)
        assert.equal((await load(other_.bytes, '?overwrite=true&preserveProvider=false')).status, 200)
        assert.equal((await ask('publisher', `/apis/${id}`)).body.lifeCycleStatus, 'CREATED')
      })
    }

    it('change the API of their name and version, whoever has it, and none that is not there', async () => {
      const api = await create({name: `Hers${randomUUID().slice(0, 8)}`, provider: 'other', description: 'first'})
      const {bytes} = await save(`/apis/export?apiId=${api.id}`, 'publisher')
      await ask('publisher', `/apis/${api.id}`, {method: 'PUT', json: {...api, description: 'second'}})
      assert.equal((await load(bytes, '?preserveProvider=false')).status, 409)
      assert.equal((await load(bytes, '?preserveProvider=false&overwrite=true')).status, 200)
      const {body} = await ask('publisher', `/apis/${api.id}`)
      assert.deepEqual([body.description, body.provider], ['first', 'other'])
      assert.equal((await ask('publisher', `/apis/${api.id}`, {method: 'DELETE'})).status, 200)
      const gone = await load(bytes, '?overwrite=true')
      assert.equal(gone.status, 404)
      assert.match(gone.body.description, /^Error occurred while updating\. API: Hers\w+ version: 1\.0\.0 not found$/)
    })

    it('are refused that are none, lead out of themselves, are too large, or say nothing', async () => {
      const pack = (files: Record<string, string | Buffer>) =>
        zipped(new Map(Object.entries(files).map(([path, content]) => [path, Buffer.from(content)])))
      const escaping = Buffer.from(await pack({'aa/aaaa': 'x'}))
      for (let at = escaping.indexOf('aa/aaaa'); at >= 0; at = escaping.indexOf('aa/aaaa'))
        escaping.write('../evil', at)
      const api = 'a/Meta-information/api.yaml'
      const cases: readonly (readonly [string, Buffer, RegExp])[] = [
        ['no zip', Buffer.from('none'), /it is no zip/],
        ['names that lead out', escaping, /invalid relative path/],
        ['too much', await pack({'a/x': Buffer.alloc(17 * 1024 * 1024)}), /more than 16777216 bytes/],
        [
          'too many',
          await pack(Object.fromEntries(Array.from({length: 501}, (_, i) => [`a/${i}`, 'x']))),
          /more than 500/,
        ],
        ['nothing', await pack({'a/b': 'x'}), /no Meta-information/],
        ['no API', await pack({[api]: 'a: 1'}), /^/],
        [
          'a bomb',
          await pack({[api]: 'a: &a [1,1]\nb: &b [*a,*a]\nc: &c [*b,*b]\nd: [*c,*c,*c,*c,*c,*c,*c,*c,*c]'}),
          /^/,
        ],
      ]
      for (const [what, bytes, why] of cases) {
        const refused = await load(bytes)
        assert.equal(refused.status, 400, `${what}: ${refused.text}`)
        assert.match(refused.body.description, why, what)
      }
    })

    describe('of applications', () => {
      const GRANTS = ['client_credentials', 'authorization_code']
      const CALLBACK = 'https://app.example/back'
      const loadApplication = async (bytes: Buffer, query = '') =>
        ask('admin', `/import/applications?${query}`, await multipart({file: {name: 'a.zip', bytes}}))
      const modelOf = async (bytes: Buffer) => {
        const [[path, file] = []] = [...(await unzipped(bytes))]
        return {path, model: JSON.parse(file?.toString('utf8') ?? '') as Record<string, unknown>}
      }
      const packed = (model: Record<string, unknown>) =>
        zipped(new Map([['a/a.json', Buffer.from(JSON.stringify(model))]]))
      const own = async (name: string, bearer = token) => {
        const list = (await ask('store', `/applications?query=${encodeURIComponent(name)}`, {bearer})).body.list as {
          name: string
          applicationId: string
        }[]
        const id = list.find(it => it.name === name)?.applicationId
        return id === undefined ? undefined : (await ask('store', `/applications/${id}`, {bearer})).body
      }

      /** An application with keys of both types, a subscription and attributes. */
      const made = async () => {
        const api = await create()
        await publish(api)
        const name = `app ${randomUUID().slice(0, 8)}`
        const attributes = {team: 'blue'}
        const json = {name, throttlingPolicy: '10PerMin', description: 'Mine', tokenType: 'OAUTH', attributes}
        const {applicationId} = (await ask('store', '/applications', {json})).body
        const subscription = {applicationId, apiId: api.id, throttlingPolicy: 'Unlimited'}
        assert.equal((await ask('store', '/subscriptions', {json: subscription})).status, 201)
        for (const keyType of ['PRODUCTION', 'SANDBOX']) {
          const additionalProperties = {team: 'blue'}
          const key = {keyType, grantTypesToBeSupported: GRANTS, callbackUrl: CALLBACK, additionalProperties}
          const generated = await ask('store', `/applications/${applicationId}/generate-keys`, {json: key})
          assert.equal(generated.status, 200, generated.text)
        }
        const remove = () => ask('store', `/applications/${applicationId}`, {method: 'DELETE'})
        return {
          api,
          name,
          applicationId,
          remove,
          saved: (withKeys: boolean) =>
            save(`/export/applications?appName=${encodeURIComponent(name)}&appOwner=admin&withKeys=${withKeys}`),
        }
      }
      type Key = Record<string, unknown>
      const keyText = ({keyType, consumerKey, consumerSecret, additionalProperties, ...it}: Key) =>
        JSON.stringify([
          keyType,
          consumerKey,
          consumerSecret,
          additionalProperties,
          it.supportedGrantTypes,
          it.callbackUrl,
        ])
      const without = ({applicationId: _, keys, ...rest}: Record<string, unknown>) => ({
        ...rest,
        keys: (keys as Key[]).map(keyText),
      })

      it('bring one back with its keys, subscriptions and attributes, and its keys get tokens', async () => {
        const {api, name, remove, saved} = await made()
        const before = await own(name)
        const archive = await saved(true)
        assert.equal(archive.status, 200)
        assert.equal(archive.disposition, `attachment; filename="admin_${name}.zip"`)
        const {path, model} = await modelOf(archive.bytes)
        assert.equal(path, `${name}/${name}.json`)
        const {consumerKey, consumerSecret} = before.keys[0]
        const client = (model.keyManagerWiseOAuthApp as Record<string, Record<string, Record<string, unknown>>>)
          .PRODUCTION?.['Resident Key Manager']
        assert.deepEqual(
          [client?.clientId, Buffer.from(String(client?.clientSecret), 'base64').toString()],
          [consumerKey, consumerSecret],
        )
        const taken = await loadApplication(archive.bytes)
        assert.equal(taken.status, 409, 'a name that is there')
        assert.equal((await loadApplication(archive.bytes, 'appOwner=other')).status, 409, 'a client that is there')
        assert.equal(await own(name, other), undefined, 'and nothing is half made')
        assert.equal((await remove()).status, 200)
        const loaded = await loadApplication(archive.bytes, 'preserveOwner=true')
        assert.equal(loaded.status, 201, loaded.text)
        assert.deepEqual(without(await own(name)), without(before))
        const again = await own(name)
        const {body} = await ask('store', `/subscriptions?applicationId=${again.applicationId}`)
        assert.deepEqual([body.count, body.list[0].apiId, body.list[0].throttlingPolicy], [1, api.id, 'Unlimited'])
        const basic = `${consumerKey}:${consumerSecret}`
        const form = {grant_type: 'client_credentials'}
        assert.equal((await cluster.ask('key-manager-1', 9443, '/oauth2/token', {form, basic})).status, 200)
      })

      it('leave out what is not asked for, and change what is there', async () => {
        const {api, name, remove, saved} = await made()
        const plain = await saved(false)
        assert.deepEqual((await modelOf(plain.bytes)).model.keyManagerWiseOAuthApp, {})
        const {bytes} = await saved(true)
        const {model} = await modelOf(bytes)
        const theirs = await loadApplication(bytes, 'appOwner=other&skipApplicationKeys=true&skipSubscriptions=true')
        assert.deepEqual([theirs.status, theirs.body.owner], [201, 'other'], theirs.text)
        const copy = await own(name, other)
        assert.deepEqual([copy.keys, copy.subscriptionCount, copy.attributes], [[], 0, {team: 'blue'}])
        const keys = (await own(name)).keys
        const changed = {...model, tier: 'Unlimited', description: 'Other', applicationAttributes: {team: 'red'}}
        const updated = await loadApplication(await packed(changed), 'update=true')
        assert.equal(updated.status, 201, updated.text)
        const now = await own(name)
        assert.deepEqual(
          [now.throttlingPolicy, now.description, now.attributes, now.subscriptionCount, now.keys],
          ['Unlimited', 'Other', {team: 'red'}, 1, keys],
        )
        assert.equal((await remove()).status, 200)
        assert.equal((await loadApplication(plain.bytes)).status, 201)
        assert.deepEqual((await own(name)).keys, [])
        assert.equal((await loadApplication(bytes, 'update=true')).status, 201, 'one without keys gets them')
        assert.deepEqual((await own(name)).keys.map(keyText), keys.map(keyText))
        const gone = {
          ...model,
          name: `${name} 2`,
          keyManagerWiseOAuthApp: {},
          subscribedAPIs: [
            {apiId: {providerName: 'admin', apiName: 'None', version: '1'}, tier: {name: 'Gold'}},
            {apiId: {providerName: 'admin', apiName: api.name, version: '1.0.0'}, tier: {name: 'Unlimited'}},
          ],
        }
        const partly = await loadApplication(await packed(gone))
        assert.deepEqual([partly.status, partly.body.count, partly.body.list[0].name], [207, 1, 'None'])
      })

      it('are refused that ask for what is not there', async () => {
        const model = {name: 'Refused', tier: 'Unlimited', subscribedAPIs: []}
        const client = {clientId: 'abcdefghijklmnop', clientSecret: 'c2VjcmV0'}
        for (const [status, more] of [
          [501, {groupId: 'a'}],
          [501, {keyManagerWiseOAuthApp: {PRODUCTION: {Other: client}}}],
          [400, {keyManagerWiseOAuthApp: {STAGING: {'Resident Key Manager': client}}}],
          [400, {tier: 'None'}],
          [400, {name: 'a/b'}],
          [400, {applicationAttributes: {a: [1]}}],
        ] as const) {
          const {status: found, text} = await loadApplication(await packed({...model, ...more}))
          assert.equal(found, status, `${JSON.stringify(more)}: ${text}`)
          assert.equal(await own('Refused'), undefined)
        }
        assert.equal((await loadApplication(await packed(model), 'appOwner=nobody')).status, 404)
        assert.equal((await loadApplication(await packed(model), 'update=maybe')).status, 400)
      })

      it('follow an application to its new owner, who has its keys at the key manager', async () => {
        const {applicationId, name} = await made()
        const moved = await ask('admin', `/applications/${applicationId}/change-owner?owner=other`, {method: 'POST'})
        assert.equal(moved.status, 200, moved.text)
        const [{consumerKey}] = (await own(name, other)).keys
        const sql = 'SELECT USERNAME AS owner FROM IDN_OAUTH_CONSUMER_APPS WHERE CONSUMER_KEY = ?'
        assert.deepEqual(
          (await databases.query('apimgtdb', sql, [consumerKey])).map(it => ({...it})),
          [{owner: 'other'}],
        )
      })
    })

    it('need the right to move APIs', async () => {
      const bearer = await seedToken(databases, 'other', ['apim:api_view'])
      const options = {...(await multipart({file: {name: 'a.zip', bytes: PNG}})), bearer}
      assert.equal((await ask('admin', '/import/api', options)).status, 403)
      assert.equal((await ask('admin', '/export/api?name=a&version=1', {bearer})).status, 403)
      assert.equal((await ask('admin', '/export/api?name=none&version=1')).status, 404)
    })
  })
})
