import type {Route} from '../../../http/router.js'
import type {Principal} from '../../../oauth/guard.js'
import {orAgain} from '../../../pages/again.js'
import {html, type Html, type Part} from '../../../pages/html.js'
import {table} from '../../../pages/parts.js'
import {csrfField, type Site, type View, type Visit} from '../../../pages/site.js'
import type {User} from '../../../users/users.js'
import {BASE, tenantOf} from './base.js'

interface Entry {
  readonly id: string
  readonly name: string
}
type Tenant = Principal['tenant']
/** What a form is filled in with, by the names of its fields. */
type Filled = Readonly<Record<string, string>>

/** A list whose entries are made, changed and removed. */
interface ListOptions<T extends Entry> {
  /** `/labels`. */
  readonly path: string
  readonly title: string
  /** What an entry is called: `label`. */
  readonly one: string
  /** Of the cells after the name. */
  readonly heads: readonly string[]
  readonly list: (tenant: Tenant) => Promise<readonly T[]>
  readonly cells: (entry: T) => readonly Part[]
  /** What one has to know to fill in a form. */
  readonly about?: Html
  /** What the form of an entry is filled in with. */
  readonly filled: (entry: T) => Filled
  /** Of a form, of a new entry or of one that is there. */
  readonly fields: (given: Filled, entry?: T) => Html
  /** What a form says, as the REST API takes it. */
  readonly read: (form: URLSearchParams) => object
  readonly add: (tenant: Tenant, asked: unknown, correlationId: string) => Promise<unknown>
  readonly change: (tenant: Tenant, id: string, asked: unknown, correlationId: string) => Promise<unknown>
  readonly remove: (tenant: Tenant, id: string, correlationId: string) => Promise<void>
}

/** A form that was refused: of which entry, or of a new one, and what was typed. */
interface Refused {
  readonly id?: string
  readonly typed: Filled
}

/** The page of such a list, and what its forms do. */
export function listPages<T extends Entry>(site: Site<User>, options: ListOptions<T>): readonly Route[] {
  const {path, title, one, heads, list, cells, about, filled, fields, read} = options
  const form = (visit: Visit<User>, action: string, button: string, shown: Html) =>
    html`<form class="fields" method="post" action="${BASE}${path}${action}">
      ${csrfField(visit.session)}${shown}<button>${button}</button>
    </form>`
  const changes = (visit: Visit<User>, entry: T, refused?: Refused) =>
    html`<details ${refused && html`open`}>
      <summary>Change ${entry.name}</summary>
      ${form(visit, `/${entry.id}`, 'Save', fields(refused?.typed ?? filled(entry), entry))}
      <form method="post" action="${BASE}${path}/${entry.id}/remove">
        ${csrfField(visit.session)}<button class="danger">Remove</button>
      </form>
    </details>`
  const view = async (visit: Visit<User>, refused?: Refused): Promise<View> => {
    const lines = (await list(tenantOf(visit))).map(it => [
      it.name,
      ...cells(it),
      changes(visit, it, refused?.id === it.id ? refused : undefined),
    ])
    const typed = refused && refused.id === undefined ? refused.typed : {}
    return {
      title,
      body: html`${
          lines.length === 0
            ? html`<p class="notice">There are no ${title.toLowerCase()}.</p>`
            : table(title, ['Name', ...heads, 'Change'], lines)
        }
        <h2>New ${one}</h2>
        ${about}${form(visit, '', 'Create', fields(typed))}`,
    }
  }
  return [
    site.page(path, visit => view(visit)),
    site.action(path, (visit, given) =>
      orAgain(
        async () => {
          await options.add(tenantOf(visit), read(given), visit.call.correlationId)
          return path
        },
        () => view(visit, {typed: Object.fromEntries(given)}),
      ),
    ),
    site.action(`${path}/:entryId`, (visit, given) => {
      const id = visit.call.param('entryId')
      return orAgain(
        async () => {
          await options.change(tenantOf(visit), id, read(given), visit.call.correlationId)
          return path
        },
        () => view(visit, {id, typed: Object.fromEntries(given)}),
      )
    }),
    site.action(`${path}/:entryId/remove`, async visit => {
      await options.remove(tenantOf(visit), visit.call.param('entryId'), visit.call.correlationId)
      return path
    }),
  ]
}
