import type {Api} from '../../../apis/api.js'
import type {Call} from '../../../http/call.js'
import {badRequest, Fault} from '../../../http/fault.js'
import {reasonOf} from '../../../failure.js'
import type {PeerAnswer, Peers} from '../../../links/peers.js'
import {html, type Html} from '../../../pages/html.js'
import {csrfField, type View} from '../../../pages/site.js'
import type {Session} from '../../../pages/sessions.js'
import {endpointUrls} from '../api-view.js'
import {ownApplication, type Application} from '../application-store.js'
import {isOwnKey, keysOf, secretOf, type ApplicationKey} from '../keys.js'
import type {Portal} from '../portal.js'
import {counted, select, table} from '../../../pages/parts.js'
import {PAGE} from './base.js'
import type {ChosenCall, Parameter} from './operations.js'
import type {PortalUser} from './user.js'

/** Time and bytes of an answer, and how many characters of it are shown. */
const TIMEOUT_MS = 30_000
const LARGEST = 1024 * 1024
const SHOWN = 10_000

const urlOf = (portal: Portal, api: Api) => endpointUrls(api, portal.environments)[0]?.URLs.https

/** Before place and name of a parameter, as fields of the form have it: `parameter:query:size`. */
const PARAMETER = 'parameter:'
const fieldOf = ({place, name}: Parameter) => `${PARAMETER}${place}:${name}`

const parameterField = (it: Parameter, value: string) =>
  html`<label
    >${it.name}
    <small>${it.place}${!it.required && ', may be left out'}${it.description && `: ${it.description}`}</small
    ><input name="${fieldOf(it)}" value="${value}" ${it.required && html`required`} autocomplete="off"
  /></label>`

/** Links to a form for each operation. */
export const tryOutLinks = (api: Api): Html =>
  html`<ul>
    ${api.operations.map(({verb, target}) => {
      const query = new URLSearchParams({method: verb, resource: target}).toString()
      return html`<li><a href="${PAGE}/apis/${api.id}/try?${query}">${verb} ${target}</a></li>`
    })}
  </ul>`

/**
 * The form that calls an API through the gateway; `chosen` is an operation with what its definition says, `given` what the form was
 * filled in with before.
 */
export function tryOutForm(
  portal: Portal,
  api: Api,
  session: Session<PortalUser>,
  applications: readonly Application[],
  {chosen, given}: {readonly chosen?: ChosenCall | undefined; readonly given?: URLSearchParams} = {},
): Html {
  const url = urlOf(portal, api)
  if (url === undefined) return html`<p>This API is not served over HTTPS: it can't be tried out here.</p>`
  const verbs = [...new Set(api.operations.map(({verb}) => verb))]
  const paths = [...new Set(api.operations.map(({target}) => target))]
  const value = (name: string, usual = '') => given?.get(name) ?? usual
  const first = chosen?.target ?? paths[0] ?? '/'
  return html`<form class="fields" method="post" action="${PAGE}/apis/${api.id}/try">
    ${csrfField(session)} ${chosen && html`<input type="hidden" name="resource" value="${chosen.target}" />`}
    ${select(
      'method',
      'Method',
      verbs.map(it => [it, it] as const),
      value('method', chosen?.verb),
    )}
    <label
      >Path <small>below ${url}</small
      ><input name="path" list="paths" required value="${value('path', first.replace(/\*$/, ''))}"
    /></label>
    <datalist id="paths">${paths.map(it => html`<option value="${it}"></option>`)}</datalist>
    ${chosen?.parameters.map(it => parameterField(it, value(fieldOf(it), it.example)))}
    ${select(
      'application',
      'With a test token of',
      [['', 'no application'], ...applications.map(it => [it.uuid, it.name] as const)],
      value('application'),
    )}
    <label
      >Its consumer secret <small>only where the key manager keeps nothing but its hash</small
      ><input name="secret" type="password" autocomplete="off"
    /></label>
    <label>Or with an access token<textarea name="token" spellcheck="false" autocomplete="off"></textarea></label>
    <label
      >Type of the body<input name="type" value="${value('type', chosen?.body?.type || 'application/json')}"
    /></label>
    <label>Body<textarea name="body" spellcheck="false">${value('body', chosen?.body?.example)}</textarea></label>
    <button>Call</button>
  </form>`
}

/** The secret of a key: one that is given, as the key manager has it now, or that of this session. Throws a Fault 400. */
export async function secretFor(
  portal: Portal,
  {secrets}: Pick<PortalUser, 'secrets'>,
  key: ApplicationKey,
  given: string | null,
  id: string,
): Promise<string> {
  const secret = given || (await secretOf(portal, key, id)) || secrets.get(key.consumerKey)
  if (!secret) throw badRequest('The consumer secret is needed: the key manager does not tell it')
  return secret
}

/** The token that a form asks for. Throws a Fault 400. */
async function tokenOf(
  portal: Portal,
  {principal, secrets}: PortalUser,
  api: Api,
  form: URLSearchParams,
  id: string,
): Promise<string | undefined> {
  const token = (form.get('token') ?? '').trim()
  if (token !== '') {
    if (!/^[\w.~+/=-]+$/.test(token)) throw badRequest('The access token has characters that no token has')
    return token
  }
  const application = form.get('application')
  if (!application) return undefined
  const keys = (await keysOf(portal, await ownApplication(portal, principal, application))).filter(isOwnKey)
  const key = keys.find(({consumerKey}) => secrets.has(consumerKey)) ?? keys[0]
  if (!key) throw badRequest('This application has no keys: make some first')
  const clientSecret = await secretFor(portal, {secrets}, key, form.get('secret'), id)
  const scopes = api.scopes.map(({scope}) => scope.name)
  return (await portal.keyManager.token({clientId: key.consumerKey, clientSecret}, scopes, undefined, id)).accessToken
}

/** Where a call goes: below the API's own URL, whatever the path says. Throws a Fault 400. */
function targetOf(base: string, path: string): URL {
  const text = `${base}${path.startsWith('/') ? '' : '/'}${path}`
  const root = new URL(base)
  const target = URL.canParse(text) ? new URL(text) : undefined
  const below = target?.origin === root.origin && `${target.pathname}/`.startsWith(`${root.pathname}/`)
  if (!target || !below) throw badRequest('The path leads out of this API')
  return target
}

function resultOf({status, headers, text}: PeerAnswer): Html {
  const lines = Object.entries(headers).map(([name, value]) => [name, String(value)])
  const cut = text.length > SHOWN
  return html`<h2>Answer</h2>
    <p>Status <span class="badge ${status < 400 ? 'good' : 'bad'}">${status}</span></p>
    <pre tabindex="0" role="region" aria-label="Body of the answer">${text.slice(0, SHOWN)}${cut && '\n...'}</pre>
    ${cut && html`<p class="quiet">The first ${SHOWN} of ${text.length} characters.</p>`}
    <details>
      <summary>${counted(lines.length, 'header')}</summary>
      ${table('Headers of the answer', ['Header', 'Value'], lines)}
    </details>`
}

/** Headers that are not a caller's to set, or that the form has a field for. */
const OWN_HEADERS =
  /^(host|connection|content-length|transfer-encoding|upgrade|te|trailer|content-type|accept|authorization)$/i

/** What a form says of parameters: by name, those of a place that are not left empty. */
const parametersIn = (form: URLSearchParams, place: Parameter['place']): [string, string][] =>
  [...form].flatMap(([field, value]) => {
    const start = `${PARAMETER}${place}:`
    return field.startsWith(start) && value !== '' ? [[field.slice(start.length), value]] : []
  })

/** The path of a form with the parameters in their places. */
function pathIn(form: URLSearchParams): string {
  let path = form.get('path') ?? ''
  for (const [name, value] of parametersIn(form, 'path')) path = path.replaceAll(`{${name}}`, encodeURIComponent(value))
  const query = new URLSearchParams(parametersIn(form, 'query')).toString()
  return query === '' ? path : `${path}${path.includes('?') ? '&' : '?'}${query}`
}

/** The headers of a form. Throws a Fault 400. */
function headersIn(form: URLSearchParams): Readonly<Record<string, string>> {
  const all = parametersIn(form, 'header').filter(([name]) => !OWN_HEADERS.test(name))
  const wrong = all.find(([name, value]) => !/^[\w!#$%&'*+.^`|~-]+$/.test(name) || !/^[\x20-\x7e]*$/.test(value))
  if (wrong) throw badRequest(`The header ${wrong[0]} has characters that no header has`)
  return Object.fromEntries(all)
}

/** A word as a shell reads it back. */
const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`

/** The call as a command; -k, since nobody else knows the lab's authority. */
const curlOf = (method: string, url: URL, headers: Readonly<Record<string, string>>, body: string) =>
  [
    `curl -k -X ${method} ${quoted(url.href)}`,
    ...Object.entries(headers).map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`),
    ...(body === '' ? [] : [`--data-binary ${quoted(body)}`]),
  ].join(' \\\n  ')

const commandOf = (command: string): Html =>
  html`<h2>The same with curl</h2>
    <pre tabindex="0" role="region" aria-label="Command"><code>${command}</code></pre>`

/** Calls an API through the gateway and shows what it answers. Throws a Fault for a form that is wrong. */
export async function tryOut(
  portal: Portal,
  peers: Peers,
  call: Call,
  user: PortalUser,
  api: Api,
  form: URLSearchParams,
): Promise<Html> {
  const base = urlOf(portal, api)
  const method = form.get('method') ?? ''
  if (base === undefined || !api.operations.some(({verb}) => verb === method)) {
    throw badRequest('This API has no such method')
  }
  const target = targetOf(base, pathIn(form))
  const given = headersIn(form)
  const type = form.get('type') ?? ''
  if (type !== '' && !/^[\w.+-]+\/[\w.+-]+(; ?[\w-]+=[\w-]+)?$/.test(type))
    throw badRequest('The type of the body is none')
  const token = await tokenOf(portal, user, api, form, call.correlationId)
  const body = form.get('body') ?? ''
  const header = api.authorizationHeader?.toLowerCase() ?? 'authorization'
  const headers = {accept: '*/*', ...given, ...(token !== undefined && {[header]: `Bearer ${token}`})}
  const typed = type || 'text/plain'
  const command = commandOf(curlOf(method, target, {...headers, ...(body !== '' && {'content-type': typed})}, body))
  const link = {host: target.hostname, port: Number(target.port || 443)}
  try {
    const answer = await peers.ask(link, {
      method,
      path: `${target.pathname}${target.search}`,
      headers: {host: target.host, ...headers},
      ...(body !== '' && {raw: {type: typed, text: body}}),
      correlationId: call.correlationId,
      timeout: TIMEOUT_MS,
      limit: LARGEST,
    })
    return html`${resultOf(answer)}${command}`
  } catch (error) {
    if (error instanceof Fault) throw error
    return html`<p class="notice bad" role="alert">The gateway at ${target.host} gave no answer: ${reasonOf(error)}</p>
      ${command}`
  }
}

/** The page of one operation's form, below what an earlier call has brought. */
export const tryOutView = (api: Api, form: Html, result?: Html): View => ({
  title: `${api.name} ${api.version}: try out`,
  body: html`${
      result &&
      html`${result}
        <h2>Again</h2>`
    }
    ${form}
    <p><a href="${PAGE}/apis/${api.id}">Back to ${api.name}</a></p>`,
})
