import {TIME_UNIT, type Condition} from '../../../hub/data.js'
import {html} from '../../../pages/html.js'
import {counted, select} from '../../../pages/parts.js'
import {UNLIMITED, type Limit} from '../../../policies/policy.js'

export function limitText({type, amount, unit, unitTime, timeUnit}: Limit): string {
  if (amount >= UNLIMITED) return 'no limit'
  const what = type === 'requestCount' ? counted(amount, 'call') : `${amount} ${unit}`
  return `${what} in ${counted(unitTime, timeUnit)}`
}

const SAYS: Readonly<Record<Condition['conditionType'], (of: Condition) => string>> = {
  IPSpecific: ({value}) => `the address is ${value}`,
  IPRange: ({name, value}) => `the address is one of ${name} to ${value}`,
  Header: ({name, value}) => `the header ${name} has ${value}`,
  QueryParameterType: ({name, value}) => `the query has ${name}=${value}`,
  JWTClaims: ({name, value}) => `the claim ${name} is ${value}`,
}
export const conditionText = (it: Condition) => `${it.isInverted ? 'not: ' : ''}${SAYS[it.conditionType](it)}`

const UNITS = TIME_UNIT.options.map(it => [it, it] as const)

export const limitFields = html`<label>Calls<input name="count" type="number" min="0" required /></label>
  <label>In<input name="unitTime" type="number" min="1" value="1" required /></label>
  ${select('timeUnit', 'Unit', UNITS, 'min')}`

export const burstFields = html`<label
    >Calls in a burst <small>of one gateway; 0: as many as come</small
    ><input name="burst" type="number" min="0" value="0" required
  /></label>
  ${select('burstUnit', 'Unit of bursts', UNITS, 'sec')}
  <label class="check"><input type="checkbox" name="stop" value="true" checked />Refuse what is above the limit</label>`

/** What a form says of a subscription policy besides its limit, as the REST API takes it. */
export const burstOf = (form: URLSearchParams) => ({
  rateLimitCount: Number(form.get('burst') || Number.NaN),
  rateLimitTimeUnit: form.get('burstUnit'),
  stopOnQuotaReach: form.get('stop') === 'true',
})

export const limitOf = (form: URLSearchParams) => ({
  type: 'REQUESTCOUNTLIMIT',
  requestCount: {
    requestCount: Number(form.get('count') || Number.NaN),
    unitTime: Number(form.get('unitTime') || Number.NaN),
    timeUnit: form.get('timeUnit'),
  },
})

const invert = (name: string) =>
  html`<label class="check"><input type="checkbox" name="${name}" value="true" />not: all others</label>`

/** The conditions that a form has filled in, as the REST API takes them. */
export function conditionsOf(form: URLSearchParams): readonly object[] {
  const of = (name: string) => (form.get(name) ?? '').trim()
  const found: object[] = []
  const add = (type: string, not: string, more: object) =>
    found.push({type, invertCondition: form.get(not) === 'true', ...more})
  const [from, to] = [of('from'), of('to')]
  if (from !== '') {
    const range = {ipConditionType: 'IPRANGE', startingIP: from, endingIP: to}
    const ipCondition = to === '' ? {ipConditionType: 'IPSPECIFIC', specificIP: from} : range
    add('IPCONDITION', 'notAddress', {ipCondition})
  }
  if (of('header') !== '') {
    add('HEADERCONDITION', 'notHeader', {
      headerCondition: {headerName: of('header'), headerValue: of('headerValue')},
    })
  }
  if (of('parameter') !== '') {
    add('QUERYPARAMETERCONDITION', 'notParameter', {
      queryParameterCondition: {parameterName: of('parameter'), parameterValue: of('parameterValue')},
    })
  }
  if (of('claim') !== '') {
    add('JWTCLAIMSCONDITION', 'notClaim', {jwtClaimsCondition: {claimUrl: of('claim'), attribute: of('claimValue')}})
  }
  return found
}

export const groupFields = html`<p class="quiet">
    All that is filled in has to be true of a call. Values are regular expressions.
  </p>
  <label>Address, or the first of a range<input name="from" /></label
  ><label>The last of the range<input name="to" /></label>
  ${invert('notAddress')}
  <label>Header<input name="header" /></label
  ><label>What it has<input name="headerValue" /></label>${invert('notHeader')}
  <label>Query parameter<input name="parameter" /></label><label>What it is<input name="parameterValue" /></label>
  ${invert('notParameter')}
  <label>Claim of the backend's JWT<input name="claim" /></label
  ><label>What it is<input name="claimValue" /></label> ${invert('notClaim')}`
