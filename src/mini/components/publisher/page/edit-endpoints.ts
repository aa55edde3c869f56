import {endpointList, type Api, type Endpoint, type EndpointConfig} from '../../../apis/api.js'
import {badRequest} from '../../../http/fault.js'
import {html, type Html} from '../../../pages/html.js'
import {select} from '../../../pages/parts.js'
import {IN_TURN} from '../rest/endpoints.js'
import {linesOf, type Part} from './edit-part.js'

/** How several endpoints are called, by the words of `endpoint_type`. */
const KINDS = {
  http: 'one',
  load_balance: 'load-balanced: they take turns',
  failover: 'fail-over: the first, and the next where it fails',
} as const

/** The keys that calls have, and how their endpoints are called. */
const SIDES = {production: 'Production endpoints', sandbox: 'Sandbox endpoints'} as const
type Side = keyof typeof SIDES
const EACH = Object.keys(SIDES) as Side[]

/** As the gateways take them: endpoints that stand in for one make it fail-over, whatever its type. */
function kindOf(config: EndpointConfig | null): keyof typeof KINDS {
  if (config?.endpoint_type === 'load_balance') return 'load_balance'
  return config?.endpoint_type === 'failover' ||
    config?.production_failovers?.length ||
    config?.sandbox_failovers?.length
    ? 'failover'
    : 'http'
}

/** The endpoints at these URLs: each keeps what else was said of it; a changed line what was said of the line before. */
function endpointsAt(urls: readonly string[], before: readonly Endpoint[]): readonly Endpoint[] {
  const left = new Set(before)
  const take = (found: Endpoint | undefined) => {
    if (found) left.delete(found)
    return found
  }
  const same = urls.map(url => take([...left].find(it => it.url === url)))
  return urls.map((url, i) => {
    const changed = before[i]
    return {...(same[i] ?? (changed && left.has(changed) ? changed : undefined)), url}
  })
}

/** One side's endpoints as `endpointConfig` has them. */
function sideOf(kind: string, side: Side, endpoints: readonly Endpoint[]): object {
  const [first, ...others] = endpoints
  if (!first) return {}
  if (kind === 'load_balance') return {[`${side}_endpoints`]: endpoints}
  return {[`${side}_endpoints`]: first, ...(others.length > 0 && {[`${side}_failovers`]: others})}
}

/** What an endpoint configuration has beside its endpoints: security, sessions. */
const restOf = (config: EndpointConfig): object =>
  Object.fromEntries(
    Object.entries(config).filter(([key]) => !/^(production|sandbox)_(endpoints|failovers)$/.test(key)),
  )

/** The endpoint configuration with the endpoints of a form. Throws a Fault 400. */
function configOf(form: URLSearchParams, {endpointConfig: before}: Api): object {
  const kind = form.get('endpointType') ?? kindOf(before)
  const sides = EACH.map(side => {
    const old = endpointList(before, side)
    const urls = form.has(side) ? linesOf(form.get(side) ?? '') : old.map(it => it.url)
    if (kind === 'http' && urls.length > 1) {
      throw badRequest(`${SIDES[side]}: there is more than one; say whether they are load-balanced or fail-over`)
    }
    return sideOf(kind, side, endpointsAt(urls, old))
  })
  return {
    ...(kind === 'load_balance' && {algoClassName: IN_TURN}),
    ...(before && restOf(before)),
    // One endpoint of SOAP stays one.
    endpoint_type: kind === 'http' && before?.endpoint_type === 'address' ? 'address' : kind,
    ...Object.assign({}, ...sides),
  }
}

const area = (form: URLSearchParams, side: Side): Html =>
  html`<label
    >${SIDES[side]} <small>one a line</small><textarea name="${side}" spellcheck="false">${form.get(side)}</textarea>
  </label>`

/** The part of the form that is an API's endpoints. */
export const endpoints: Part = {
  names: ['endpointType', ...EACH],
  shown: ({endpointConfig: config}) => [
    ['endpointType', kindOf(config)],
    ...EACH.map(
      side =>
        [
          side,
          endpointList(config, side)
            .map(it => it.url)
            .join('\n'),
        ] as const,
    ),
  ],
  fields: form =>
    html`${select('endpointType', 'Endpoints', Object.entries(KINDS), form.get('endpointType') ?? undefined)}
    ${EACH.map(side => area(form, side))}`,
  said: (form, api) => ({endpointConfig: configOf(form, api)}),
}

/** The endpoints of an API as facts: [name, value]. */
export const endpointFacts = ({endpointConfig: config}: Api): readonly (readonly [string, string])[] => {
  const urls = (side: Side) => endpointList(config, side).map(it => it.url)
  const several = EACH.some(side => urls(side).length > 1)
  const kind = several ? `${kindOf(config) === 'load_balance' ? 'load-balanced' : 'fail-over'}: ` : ''
  const text = (side: Side) => (urls(side).length > 0 ? `${kind}${urls(side).join(', ')}` : 'none')
  return [
    ['Endpoint', text('production')],
    ['Sandbox', text('sandbox')],
  ]
}
