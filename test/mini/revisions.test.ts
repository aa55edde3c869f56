import assert from 'node:assert/strict'
import type {AskOptions} from '../support/ask.js'
import {multipart} from '../support/multipart.js'
import {onMysql} from './support/in-cluster.js'
import {PUBLISHER_4, rest4In, type Rest4} from './support/rest-4.js'

const APIS = `${PUBLISHER_4}/apis`
const PLACE = {name: 'Default', vhost: 'gateway.lab.localhost', displayOnDevportal: true}
const idOf = (environment: string) => Buffer.from(environment).toString('base64url')

describe("mini: revisions of 4.x's APIs", function () {
  this.timeout(60_000)
  const {cluster, newCluster} = onMysql()
  let rest: Rest4
  let made = 0
  before(async () => {
    await newCluster(['control-plane-1'], {face: '4'})
    await cluster.startAll()
    rest = await rest4In(cluster)
  })

  const create = async () => {
    const name = `Pizza${++made}`
    const endpointConfig = {endpoint_type: 'http', production_endpoints: {url: 'http://localhost:1'}}
    const json = {name, context: `/${name}`, version: '1', policies: ['Unlimited'], tags: ['before'], endpointConfig}
    return rest.want(201, APIS, {json})
  }
  const revise = async (id: string) =>
    (await rest.want(201, `${APIS}/${id}/revisions`, {json: {description: 'one'}})).id as string
  const targets = ({operations}: {operations: {target: string}[]}) => [...new Set(operations.map(it => it.target))]
  const define = async (id: string, path: string) => {
    const definition = {openapi: '3.0.1', info: {title: path, version: '1', 'x-of': path}, paths: {[path]: {get: {}}}}
    const form = await multipart({apiDefinition: JSON.stringify(definition)})
    await rest.want(200, `${APIS}/${id}/swagger`, {...form, method: 'PUT'})
  }

  it('makes an API what it was, with its definition, and keeps its state', async () => {
    const {id} = await create()
    await define(id, '/before')
    const revision = await revise(id)
    const api = await rest.want(200, `${APIS}/${id}`)
    await rest.want(200, `${APIS}/${id}`, {method: 'PUT', json: {...api, tags: ['after'], description: 'changed'}})
    await define(id, '/after')
    const restored = await rest.want(201, `${APIS}/${id}/restore-revision?revisionId=${revision}`, {method: 'POST'})
    assert.deepEqual([restored.id, restored.tags, restored.description], [id, ['before'], null])
    assert.deepEqual(targets(restored), ['/before'])
    const definition = await rest.want(200, `${APIS}/${id}/swagger`)
    assert.equal(definition.info['x-of'], '/before')
    assert.equal((await rest.want(200, `${APIS}/${id}`)).lifeCycleStatus, 'CREATED')
  })

  it('gives an API that had no definition of its own one of its operations again', async () => {
    const {id} = await create()
    const revision = await revise(id)
    await define(id, '/after')
    await rest.want(201, `${APIS}/${id}/restore-revision?revisionId=${revision}`, {method: 'POST'})
    const {info, paths} = await rest.want(200, `${APIS}/${id}/swagger`)
    assert.deepEqual([info['x-of'], Object.keys(paths)], [undefined, ['/*']])
  })

  it('restores no revision of another API, and none that is not there', async () => {
    const [{id}, {id: other}] = [await create(), await create()]
    const revision = await revise(other)
    for (const asked of [revision, 'none'])
      assert.equal((await rest.ask(`${APIS}/${id}/restore-revision?revisionId=${asked}`, {method: 'POST'})).status, 404)
    assert.equal((await rest.ask(`${APIS}/${id}/restore-revision`, {method: 'POST'})).status, 400)
  })

  it('hides a deployment from the developer portal, and shows it again', async () => {
    const {id} = await create()
    const revision = await revise(id)
    await rest.want(201, `${APIS}/${id}/deploy-revision?revisionId=${revision}`, {json: [PLACE]})
    await rest.want(200, `${APIS}/change-lifecycle?apiId=${id}&action=Publish`, {method: 'POST'})
    const shown = async () =>
      (await rest.want(200, `/api/am/devportal/v3/apis/${id}`)).endpointURLs.map(
        (it: {environmentName: string}) => it.environmentName,
      )
    const path = `${APIS}/${id}/deployments/${idOf('Default')}`
    const put = (displayOnDevportal: boolean) => ({
      method: 'PUT',
      json: {...PLACE, revisionUuid: revision, displayOnDevportal},
    })
    assert.deepEqual(await shown(), ['Default'])
    const listed = await rest.want(200, `${APIS}/${id}/deployments`)
    assert.deepEqual(
      listed.map((it: {name: string; revisionUuid: string}) => [it.name, it.revisionUuid]),
      [['Default', revision]],
    )
    const hidden = await rest.want(200, path, put(false))
    assert.deepEqual([hidden.name, hidden.displayOnDevportal], ['Default', false])
    assert.deepEqual(await shown(), [])
    await rest.want(200, path, put(true))
    assert.deepEqual(await shown(), ['Default'])
    assert.equal((await rest.ask(`${APIS}/${id}/deployments/${idOf('Other')}`, put(true))).status, 404)
    assert.equal((await rest.ask(path, {method: 'PUT', json: {displayOnDevportal: true}})).status, 400)
  })

  it('undeploys a revision by its number, from all environments where that is said, whatever the body is', async () => {
    const {id} = await create()
    const revision = await revise(id)
    const deployed = async () =>
      (await rest.want(200, `${APIS}/${id}/deployments`)).map((it: {revisionUuid: string}) => it.revisionUuid)
    const undeploy = (query: string, options: AskOptions = {method: 'POST'}) =>
      rest.ask(`${APIS}/${id}/undeploy-revision?${query}`, options)
    for (const [query, options] of [
      ['revisionNumber=1&allEnvironments=true', {json: null}],
      ['revisionNumber=1&allEnvironments=true', {method: 'POST'}],
      [`revisionId=${revision}&allEnvironments=true`, {method: 'POST'}],
      ['revisionNumber=1', {json: [PLACE]}],
    ] as const) {
      await rest.want(201, `${APIS}/${id}/deploy-revision?revisionId=${revision}`, {json: [PLACE]})
      assert.deepEqual(await deployed(), [revision])
      const {status, body} = await undeploy(query, options)
      assert.deepEqual([status, body, await deployed()], [201, [], []], query)
    }
    const refused = {'revisionNumber=2&allEnvironments=true': 404, 'allEnvironments=true': 400, 'revisionNumber=1': 400}
    for (const [query, status] of Object.entries(refused)) assert.equal((await undeploy(query)).status, status, query)
  })

  it('says of the API of logs that it has nothing of it', async () => {
    const {status, body} = await rest.ask('/api/am/devops/v0/config/correlation')
    assert.deepEqual(
      [status, body.description],
      [501, 'mini has no GET /api/am/devops/v0/config/correlation of the DevOps API'],
    )
  })

  it('shows developers the properties that say so, which are found by their names', async () => {
    const {id, ...api} = await create()
    const additionalProperties = [
      {name: 'domain', value: 'finance', display: true},
      {name: 'owner', value: 'us', display: false},
    ]
    const put = (properties: object[]) => ({
      method: 'PUT',
      json: {...api, additionalProperties: properties, additionalPropertiesMap: {}},
    })
    const changed = await rest.want(200, `${APIS}/${id}`, put(additionalProperties))
    assert.deepEqual(changed.additionalProperties, additionalProperties)
    await rest.want(200, `${APIS}/change-lifecycle?apiId=${id}&action=Publish`, {method: 'POST'})
    const shown = await rest.want(200, `/api/am/devportal/v3/apis/${id}`)
    assert.deepEqual(shown.additionalProperties, additionalProperties)
    const found = await rest.want(200, `${APIS}?query=domain:finance`)
    assert.deepEqual(
      found.list.map((it: {id: string}) => it.id),
      [id],
    )
    const reserved = await rest.ask(`${APIS}/${id}`, put([{name: 'version', value: '1', display: true}]))
    assert.equal(reserved.status, 400, reserved.text)
  })

  it('keeps five revisions of an API, and removes one that is deployed nowhere', async () => {
    const {id} = await create()
    const [first = ''] = [await revise(id), await revise(id), await revise(id), await revise(id), await revise(id)]
    const sixth = await rest.ask(`${APIS}/${id}/revisions`, {json: {}})
    assert.deepEqual([sixth.status, sixth.body.code], [400, 900351])
    await rest.want(201, `${APIS}/${id}/deploy-revision?revisionId=${first}`, {json: [PLACE]})
    assert.equal((await rest.ask(`${APIS}/${id}/revisions/${first}`, {method: 'DELETE'})).status, 400)
    await rest.want(201, `${APIS}/${id}/undeploy-revision?revisionId=${first}`, {json: [PLACE]})
    const left = await rest.want(200, `${APIS}/${id}/revisions/${first}`, {method: 'DELETE'})
    assert.equal(left.count, 4)
  })
})
