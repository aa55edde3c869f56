import type {Api} from '../../../apis/api.js'
import {checked} from '../../../http/body.js'
import type {Principal} from '../../../oauth/guard.js'
import {html} from '../../../pages/html.js'
import type {Session} from '../../../pages/sessions.js'
import {csrfField, type View} from '../../../pages/site.js'
import {WHOLE} from '../api-service.js'
import {apiBody, type ApiBody} from '../rest/api-body.js'
import {toDto} from '../rest/api-dto.js'
import {BASE, may, pathOf} from './base.js'
import {endpoints} from './edit-endpoints.js'
import {formOf, isUntouched, type Choices, type Part} from './edit-part.js'
import {moreButton, resources, wholePolicy} from './edit-resources.js'
import {TEXTS} from './edit-texts.js'

/** In the order of the form; the resources need more room, and come last. */
const NARROW: readonly Part[] = [...TEXTS, endpoints, wholePolicy]

/** The parts that a user may change of an API: what would not be kept is not asked for. */
const partsOf = (parts: readonly Part[], api: Api, user: Principal) =>
  parts.filter(it => (it.isOf?.(api) ?? true) && (it.forPublishers === true || may(user, WHOLE)))

/** What the form has of an API before anything is typed. */
export const shownForm = (api: Api): URLSearchParams => formOf([...NARROW, resources].flatMap(it => it.shown(api)))

/** The form of an API. */
export interface Form {
  readonly api: Api
  readonly form: URLSearchParams
  readonly choices: Choices
  readonly session: Session<Principal>
}

/** The form with what it has: of the API, or as it was typed. */
export function formView({api, form, choices, session}: Form): View {
  const of = (parts: readonly Part[]) => partsOf(parts, api, session.user).map(it => it.fields(form, choices, api))
  const wide = of([resources])
  return {
    title: `${api.name} ${api.version}: change`,
    body: html`<form method="post" action="${BASE}${pathOf(api.id)}/edit">
        ${csrfField(session)}
        <div class="fields">${of(NARROW)}</div>
        ${wide}
        <p><button>Save</button> ${wide.length > 0 && moreButton(api)}</p>
      </form>
      <p><a href="${BASE}${pathOf(api.id)}">Back to ${api.name}</a></p>`,
  }
}

/** The API with what a form says of it; what the form has no field for, and what was left as it was, stays. Throws a Fault 400. */
export function formed(api: Api, form: URLSearchParams, user: Principal): ApiBody {
  const touched = partsOf([...NARROW, resources], api, user).filter(it => !isUntouched(it, form, api))
  return checked(apiBody, Object.assign({}, toDto(api), ...touched.map(it => it.said(form, api))))
}
