import {BUSINESS_FIELDS, type Api} from '../../../apis/api.js'
import {commaList} from '../../../comma-list.js'
import {html, type Html} from '../../../pages/html.js'
import {linesOf, type Choices, type Part} from './edit-part.js'

const OWNERS: Readonly<Record<(typeof BUSINESS_FIELDS)[number], string>> = {
  businessOwner: 'Business owner',
  businessOwnerEmail: 'E-mail of the business owner',
  technicalOwner: 'Technical owner',
  technicalOwnerEmail: 'E-mail of the technical owner',
}

const textIn = (form: URLSearchParams, name: string) => (form.get(name) ?? '').trim()

const input = (form: URLSearchParams, name: string, label: string, note = ''): Html =>
  html`<label
    >${label} ${note && html`<small>${note}</small>`}<input name="${name}" maxlength="2048" value="${form.get(name)}"
  /></label>`

const description: Part = {
  names: ['description'],
  shown: api => [['description', api.description ?? '']],
  fields: form =>
    html`<label
      >Description<textarea name="description" maxlength="20000">${form.get('description')}</textarea>
    </label>`,
  said: form => ({description: textIn(form, 'description').replaceAll('\r\n', '\n')}),
}

/** What is a list of words in an API. */
interface Words {
  readonly name: string
  readonly key: 'tags' | 'policies' | 'gatewayEnvironments'
  readonly label: string
  readonly note: (choices: Choices) => string
}

const words = ({name, key, label, note}: Words): Part => ({
  names: [name],
  forPublishers: true,
  shown: api => [[name, api[key].join(', ')]],
  fields: (form, choices) => input(form, name, label, note(choices)),
  said: form => ({[key]: commaList(textIn(form, name))}),
})

const LISTS: readonly Words[] = [
  {name: 'tags', key: 'tags', label: 'Tags', note: () => 'with commas'},
  {name: 'policies', key: 'policies', label: 'Policies of subscriptions', note: () => 'with commas'},
  {
    name: 'gateways',
    key: 'gatewayEnvironments',
    label: 'Gateways',
    note: ({environments}) => `of ${environments.join(', ')}`,
  },
]

const owners: Part = {
  names: BUSINESS_FIELDS,
  forPublishers: true,
  shown: ({businessInformation: of}) => BUSINESS_FIELDS.map(it => [it, of[it] ?? '']),
  fields: form => html`${BUSINESS_FIELDS.map(it => input(form, it, OWNERS[it]))}`,
  said: (form, {businessInformation: before}) => ({
    businessInformation: Object.fromEntries(
      BUSINESS_FIELDS.map(it => [it, form.has(it) ? textIn(form, it) || null : before[it]]),
    ),
  }),
}

const scopeLine = ({scope}: Api['scopes'][number]) => [scope.name, scope.bindings.join(', ')].join(' ').trim()

const scopes: Part = {
  names: ['scopes'],
  shown: api => [['scopes', api.scopes.map(scopeLine).join('\n')]],
  fields: form =>
    html`<label
      >Scopes <small>one a line, with the roles that may have it: order admin, Internal/creator</small
      ><textarea name="scopes" spellcheck="false">${form.get('scopes')}</textarea>
    </label>`,
  said: (form, api) => ({
    scopes: linesOf(form.get('scopes') ?? '').map(line => {
      const known = api.scopes.find(it => scopeLine(it) === line)
      if (known) return known
      const [name = '', ...roles] = line.split(/\s+/)
      const same = api.scopes.find(it => it.scope.name === name)
      return {
        shared: same?.shared === true,
        scope: {...same?.scope, name, bindings: commaList(roles.join(' '))},
      }
    }),
  }),
}

/** Parts of the form that are text. */
export const TEXTS: readonly Part[] = [description, ...LISTS.map(words), owners, scopes]
