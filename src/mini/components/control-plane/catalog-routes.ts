import type {Pool} from 'mysql2/promise'
import {listApis} from '../../apis/api-store.js'
import {apiKey} from '../../apis/api-rows.js'
import {exclusive, type Queryable} from '../../databases/sql.js'
import {checked, parsedJson} from '../../http/body.js'
import type {Call} from '../../http/call.js'
import {badRequest, conflict, missing, notFound} from '../../http/fault.js'
import {flagOf} from '../../http/flag.js'
import {multipartOf, textOf} from '../../http/multipart.js'
import {paged, pageOf} from '../../http/paging.js'
import {json, route, type Route} from '../../http/router.js'
import {nameOf, type Guard, type Principal} from '../../oauth/guard.js'
import {exportService, servicesIn} from '../../service-catalog/service-archive.js'
import {searched} from '../../service-catalog/service-search.js'
import {
  definitionOfService,
  deleteService,
  findService,
  insertService,
  listServices,
  updateService,
  usersOf,
  type Service,
} from '../../service-catalog/service-store.js'
import {verify} from '../../service-catalog/service-verifier.js'
import {serviceBody, toService, type NewService} from '../../service-catalog/service.js'
import {ARCHIVE_LIMIT, download, fileIn} from '../publisher/archive/routes.js'
import {APIS_LOCK} from '../publisher/repair-apis.js'

/** api#am#service-catalog#v1.war: bin.xml of product-apim v4.1.0 to v4.7.0. */
export const CATALOG = '/api/am/service-catalog/v1'
export const CATALOG_WORDS = ['/services/import', '/services/export'] as const

/** service-catalog-api.yaml of product-apim v4.2.0. */
const VIEW = 'service_catalog:service_view'
const WRITE = 'service_catalog:service_write'
const MAY = {read: [VIEW, 'apim:api_view'], write: [WRITE], export: [VIEW]} as const

/** As the product tells a time, in UTC: 2020-02-20T13:57:16.229. */
const timeOf = (time: Date) => time.toISOString().slice(0, -1)

const shortOf = ({id, name, version, md5, serviceKey}: Service) => ({id, name, version, md5, serviceKey})

/** ServiceDTO. */
const toDto = ({createdTime, lastUpdatedTime, ...service}: Service) => ({
  ...service,
  createdTime: timeOf(createdTime),
  lastUpdatedTime: timeOf(lastUpdatedTime),
})

/** ServiceInfoDTO. */
const toInfo = ({id, name, serviceKey, version, md5}: Service) => ({id, name, key: serviceKey, version, md5})

/** The service of a form: its metadata, and its definition as a file or inline. Throws Faults. */
async function serviceIn(call: Call): Promise<NewService> {
  const form = await multipartOf(call)
  const file = form.get('definitionFile')
  const inline = textOf(form, 'inlineContent')
  // ServicesApiServiceImpl of carbon-apimgt, in these words.
  if (!file && inline === undefined) throw badRequest('Either inline definition or file should be provided')
  if (file && inline !== undefined) throw badRequest('Only one of inline definition or file should be provided')
  const metadata = parsedJson(textOf(form, 'serviceMetadata'), 'serviceMetadata: is no JSON object')
  return toService(checked(serviceBody, metadata), file?.bytes ?? Buffer.from(inline ?? ''))
}

/** Throws a Fault 400 where a service would become another one. */
function checkSame(before: Service, {metadata}: NewService): void {
  const fixed = ['serviceKey', 'name', 'version', 'definitionType'] as const
  if (fixed.some(key => before[key] !== metadata[key]))
    throw badRequest('Cannot update the name or version or key or definition type of an existing service')
}

interface Catalog {
  readonly apim: Pool
  readonly shared: Pool
  readonly guard: Guard
}

/** The service catalog's REST API. */
export function catalogRoutes({apim, shared, guard}: Catalog): readonly Route[] {
  const base = `${CATALOG}/services`
  const one = `${base}/:serviceId`

  const need = async (on: Queryable, {tenant}: Principal, id: string): Promise<Service> => {
    const found = await findService(on, tenant.id, {id})
    if (!found) throw missing('Service', id)
    return found
  }
  const asked = async (call: Call) => need(apim, await guard.principal(call, MAY.read), call.param('serviceId'))
  const owner = (principal: Principal) => ({tenantId: principal.tenant.id, by: nameOf(principal)})
  /** Adds a service, or puts it in the place of the one of its key. */
  const put = async (on: Queryable, principal: Principal, service: NewService, overwrite: boolean): Promise<string> => {
    const before = await findService(on, principal.tenant.id, {key: service.metadata.serviceKey})
    if (!before) return insertService(on, owner(principal), service)
    if (!overwrite) throw badRequest('Cannot update existing services when overwrite is false')
    checkSame(before, service)
    await updateService(on, before.id, nameOf(principal), service)
    return before.id
  }

  return [
    route.get(base, async call => {
      const {tenant} = await guard.principal(call, MAY.read)
      const found = searched(call, await listServices(apim, tenant.id))
      const shown = flagOf(call, 'shrink', false) ? shortOf : toDto
      const {list, pagination} = paged<object>(found.map(shown), pageOf(call), '/services')
      return json({list, pagination})
    }),
    route.post(
      base,
      async call => {
        const principal = await guard.principal(call, MAY.write)
        const id = await insertService(apim, owner(principal), await serviceIn(call))
        return json(toDto(await need(apim, principal, id)), 201)
      },
      {bodyLimit: ARCHIVE_LIMIT},
    ),
    route.post(
      `${base}/import`,
      async call => {
        const principal = await guard.principal(call, MAY.write)
        const overwrite = flagOf(call, 'overwrite', false)
        const form = await multipartOf(call)
        const services = await servicesIn(fileIn(form))
        const list = await exclusive(apim, APIS_LOCK, async on => {
          if (overwrite) verify(textOf(form, 'verifier'), await listServices(on, principal.tenant.id))
          const ids: string[] = []
          for (const service of services) ids.push(await put(on, principal, service, overwrite))
          return Promise.all(ids.map(id => need(on, principal, id)))
        })
        return json({count: list.length, list: list.map(toInfo)})
      },
      {bodyLimit: ARCHIVE_LIMIT},
    ),
    route.get(`${base}/export`, async call => {
      const {tenant} = await guard.principal(call, MAY.export)
      const [name, version] = ['name', 'version'].map(it => call.query.get(it) ?? '')
      if (!name || !version) throw badRequest('Service name or version should not be empty')
      const services = await listServices(apim, tenant.id)
      const found = services.find(it => it.name === name && it.version === version)
      if (!found) throw notFound(`Requested Service ${name.slice(0, 100)} ${version.slice(0, 30)} not found`)
      return download(await exportService(found, await definitionOfService(apim, found)), `${name}-${version}`)
    }),
    route.get(one, async call => json(toDto(await asked(call)))),
    route.put(
      one,
      async call => {
        const principal = await guard.principal(call, MAY.write)
        const id = call.param('serviceId')
        await need(apim, principal, id)
        const service = await serviceIn(call)
        await exclusive(apim, APIS_LOCK, async on => {
          checkSame(await need(on, principal, id), service)
          await updateService(on, id, nameOf(principal), service)
        })
        return json(toDto(await need(apim, principal, id)))
      },
      {bodyLimit: ARCHIVE_LIMIT},
    ),
    route.delete(one, async call => {
      const principal = await guard.principal(call, MAY.write)
      // Within the lock in which APIs are made of services.
      await exclusive(apim, APIS_LOCK, async on => {
        const service = await need(on, principal, call.param('serviceId'))
        if (service.usage > 0) throw conflict('Cannot remove the Service as it is used by one or more APIs')
        await deleteService(on, service)
      })
      return {status: 204}
    }),
    route.get(`${one}/definition`, async call => ({
      status: 200,
      body: await definitionOfService(apim, await asked(call)),
      type: 'application/yaml',
    })),
    route.get(`${one}/usage`, async call => {
      const {tenant} = await guard.principal(call, MAY.read)
      const service = await asked(call)
      const users = new Set((await usersOf(apim, tenant.id, service)).map(apiKey))
      const list = (await listApis(shared, tenant.id))
        .filter(({api}) => users.has(apiKey(api)))
        .map(({api: {id, name, context, version, provider}}) => ({id, name, context, version, provider}))
      return json({count: list.length, list})
    }),
    route.get(`${CATALOG}/settings`, () => json({scopes: [VIEW, WRITE]})),
  ]
}
