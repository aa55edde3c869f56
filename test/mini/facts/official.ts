import assert from 'node:assert/strict'
import type {Asked} from '../../support/ask.js'
import {OPERATIONS, strange, type ApiName, type Operation} from './facts.js'

/** Where the product serves each API. */
const BASES: readonly (readonly [base: string, api: ApiName])[] = [
  ['/api/am/publisher/v1', 'publisher'],
  ['/api/am/store/v1', 'store'],
  ['/api/am/admin/v1', 'admin'],
  ['/api/am/publisher/v4', 'publisher-4'],
  ['/api/am/devportal/v3', 'devportal-4'],
  ['/api/am/admin/v4', 'admin-4'],
  ['/api/am/service-catalog/v1', 'service-catalog-4'],
]

/** The operation that a call is; one with a word where another has a parameter is that of the word. */
function operationOf(api: ApiName, method: string, path: string): Operation | undefined {
  const parts = path.split('/')
  const fits = (of: string) => {
    const wanted = of.split('/')
    return wanted.length === parts.length && wanted.every((it, i) => it === parts[i] || it.startsWith('{'))
  }
  const found = OPERATIONS.filter(it => it.api === api && it.method === method && fits(it.path))
  return found.toSorted((a, b) => a.path.split('{').length - b.path.split('{').length)[0]
}

/** Types that are no JSON, or JSON of another description. */
const UNCHECKED = new Set(['', 'string', 'file'])

/** Statuses of the product that its description does not have: ApisApiServiceImpl of carbon-apimgt, publisher and store; ImportApiServiceImpl, admin. */
const UNDESCRIBED: Readonly<Record<string, number>> = {
  'GET /apis/{apiId}/thumbnail': 204,
  'PUT /apis/{apiId}/thumbnail': 201,
  'GET /apis/{apiId}/documents/{documentId}/content': 303,
  'POST /apis/{apiId}/documents/{documentId}/content': 201,
  'POST /apis/{apiId}/deploy-revision': 201,
  'POST /import/applications': 201,
}

/**
 * Described as something else, and sent as a list by the product: ApisApiServiceImpl of carbon-apimgt v6.7.206, ApisApiServiceImplUtils of its
 * 4.x.
 */
const LISTED: Readonly<Record<string, string>> = {
  '/apis/{apiId}/subscription-policies ThrottlingPolicy': '[ThrottlingPolicy]',
  '/apis/{apiId}/deployments APIRevisionDeploymentList': '[APIRevisionDeployment]',
}

/** Throws where an answer of the product's REST APIs is not as the official description says: whoever asks, in whatever test. */
export function checkOfficial(method: string, url: string, answer: Omit<Asked, 'bytes'>): void {
  const {status, body, headers, text} = answer
  const path = url.replace(/[?#].*$/s, '')
  const [base, api] = BASES.find(it => path.startsWith(`${it[0]}/`)) ?? []
  if (base === undefined || api === undefined) return
  const operation = operationOf(api, method, path.slice(base.length))
  if (!operation) return
  const what = `${method} ${path}: ${status} ${text.slice(0, 300)}`
  if (status >= 400) {
    if (method !== 'HEAD') assert.deepEqual(strange(api, 'Error', body), [], what)
    return
  }
  const isKnown = operation.statuses.includes(status) || status === UNDESCRIBED[`${method} ${operation.path}`]
  assert.ok(isKnown || status === 304, what)
  if (operation.isLocated && status === 201) assert.ok(headers.location, `${what}: no Location`)
  // Of what was removed the product says nothing, whatever its description says.
  if (method === 'DELETE' && text === '') return
  if (method !== 'HEAD' && !UNCHECKED.has(operation.answer)) {
    // Some lists are described as lists of such lists.
    const described = operation.answer.replace(/^\[(\w+List)\]$/, '$1')
    const listed = LISTED[`${operation.path} ${described}`] ?? described
    // Of one operation the query chooses the type.
    const asked = described === 'APIList' && /[?&]expand=true(&|$)/.test(url) ? 'APIListExpanded' : listed
    // What was not imported, of which the description says nothing.
    const kind = status === 207 ? 'APIInfoList' : asked
    assert.deepEqual(strange(api, kind, body), [], what)
  }
}
