import type {HttpRequest} from '../../../model/exchange.js'
import {methodOf, USUAL_SERVICE} from '../../../model/cases/kinds/call.js'
import type {StepInput} from '../../../model/cases/step.js'
import {LabError} from '../../../errors.js'
import {SERVICES, type ServiceName} from '../../../model/services.js'
import {answerText, callText, type Call} from '../../verify/call.js'
import {serviceAt} from '../../verify/lab-routes.js'
import {basic} from '../../verify/requests.js'
import type {ServiceEndpoint} from '../../verify/routes.js'
import type {Runner, StepWork} from '../runner.js'

/** What call and traffic say of the request. */
export type Request = Pick<
  StepInput<'call'>,
  'path' | 'service' | 'node' | 'method' | 'token' | 'basic' | 'headers' | 'body' | 'form'
>

/** They are asked with the administrator's token where the case has none. */
const REST: readonly ServiceName[] = ['publisher-api', 'portal-api', 'admin-api']

export function endpointOf({service = USUAL_SERVICE, node}: Request, {session}: StepWork): ServiceEndpoint {
  const {running, helper, walk, lab} = session
  const endpoint = node === undefined ? walk.options.routes.to(service) : serviceAt(service, node, running, helper)
  if (endpoint) return endpoint
  throw new LabError('settings-conflict', `${node ?? `Lab ${lab}`} has no ${SERVICES[service]}.`, {
    next: [`apim-lab status --lab ${lab}`],
  })
}

async function authorizationOf(request: Request, {session}: StepWork): Promise<string | undefined> {
  const {token, service = USUAL_SERVICE, basic: asAdmin} = request
  const {username, password} = session.walk.options.admin
  if (asAdmin) return basic(username, password)
  if (token !== undefined) return `Bearer ${token}`
  return REST.includes(service) ? `Bearer ${(await session.entered()).get('token')}` : undefined
}

/** What is sent. */
export async function httpRequest(request: Request, work: StepWork): Promise<HttpRequest> {
  const {path = '', headers = {}, body, form} = request
  const authorization = await authorizationOf(request, work)
  const isJson = body !== undefined && typeof body !== 'string'
  const sent =
    form !== undefined
      ? new URLSearchParams(
          Object.entries(form).map(([key, value]): [string, string] => [key, String(value)]),
        ).toString()
      : isJson
        ? JSON.stringify(body)
        : body
  const type = form !== undefined ? 'application/x-www-form-urlencoded' : isJson ? 'application/json' : undefined
  return {
    method: methodOf(request),
    path,
    headers: {
      // Errors of 3.x are XML unless JSON is asked for.
      accept: 'application/json',
      ...(type !== undefined && {'content-type': type}),
      ...(authorization !== undefined && {authorization}),
      ...Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
    },
    ...(sent !== undefined && {body: sent}),
  }
}

export const exchangeText = (call: Call): string => `${callText(call)}: ${answerText(call)}`

/** `200: 5, 429: 7`. */
export const countsText = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .map(([status, times]) => `${status === '0' ? 'no answer' : status}: ${times}`)
    .join(', ')

/** How often which status came. */
export const counted = (calls: readonly Call[]): Readonly<Record<string, number>> =>
  calls.reduce<Readonly<Record<string, number>>>(
    (counts, {status}) => ({...counts, [status]: (counts[status] ?? 0) + 1}),
    {},
  )

/** The first call of each status: enough to see what came. */
export const samples = (calls: readonly Call[]): readonly string[] => [
  ...new Map(calls.toReversed().map(call => [call.status, exchangeText(call)])).values(),
]

export const call: Runner<'call'> = async (input, work) => {
  const endpoint = endpointOf(input, work)
  const request = await httpRequest(input, work)
  const calls: Call[] = []
  for (let i = 0; i < (input.times ?? 1); i++) {
    const atMs = Date.now()
    const answered = await work.session.walk.ask(endpoint, request, input.webSocket ? 'send' : 'ask')
    work.onCall(answered, atMs)
    calls.push(answered)
  }
  const last = calls.at(-1)!
  const counts = counted(calls)
  return {
    text: input.times === undefined ? answerText(last) : countsText(counts),
    status: last.status,
    body: last.body,
    counts,
    correlationId: last.id,
    evidence: samples(calls),
  }
}
