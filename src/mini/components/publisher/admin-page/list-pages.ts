import type {Route} from '../../../http/router.js'
import type {Principal} from '../../../oauth/guard.js'
import {html, type Html, type Part} from '../../../pages/html.js'
import {table} from '../../../pages/parts.js'
import {csrfField, type Site, type Visit} from '../../../pages/site.js'
import type {User} from '../../../users/users.js'
import {BASE, tenantOf} from './base.js'

interface Entry {
  readonly id: string
  readonly name: string
}
type Tenant = Principal['tenant']

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
  /** Of a form: filled in for an entry that is there. */
  readonly fields: (entry?: T) => Html
  /** What a form says, as the REST API takes it. */
  readonly read: (form: URLSearchParams) => object
  readonly add: (tenant: Tenant, asked: unknown) => Promise<unknown>
  readonly change: (tenant: Tenant, id: string, asked: unknown) => Promise<unknown>
  readonly remove: (tenant: Tenant, id: string) => Promise<void>
}

/** The page of such a list, and what its forms do. */
export function listPages<T extends Entry>(site: Site<User>, options: ListOptions<T>): readonly Route[] {
  const {path, title, one, heads, list, cells, fields, read} = options
  const form = (visit: Visit<User>, action: string, button: string, entry?: T) =>
    html`<form class="fields" method="post" action="${BASE}${path}${action}">
      ${csrfField(visit.session)}${fields(entry)}<button>${button}</button>
    </form>`
  const changes = (visit: Visit<User>, entry: T) =>
    html`<details>
      <summary>Change ${entry.name}</summary>
      ${form(visit, `/${entry.id}`, 'Save', entry)}
      <form method="post" action="${BASE}${path}/${entry.id}/remove">
        ${csrfField(visit.session)}<button class="danger">Remove</button>
      </form>
    </details>`
  return [
    site.page(path, async visit => {
      const lines = (await list(tenantOf(visit))).map(it => [it.name, ...cells(it), changes(visit, it)])
      return {
        title,
        body: html`${
            lines.length === 0
              ? html`<p class="notice">There are no ${title.toLowerCase()}.</p>`
              : table(title, ['Name', ...heads, 'Change'], lines)
          }
          <h2>New ${one}</h2>
          ${form(visit, '', 'Create')}`,
      }
    }),
    site.action(path, async (visit, given) => {
      await options.add(tenantOf(visit), read(given))
      return path
    }),
    site.action(`${path}/:entryId`, async (visit, given) => {
      await options.change(tenantOf(visit), visit.call.param('entryId'), read(given))
      return path
    }),
    site.action(`${path}/:entryId/remove`, async visit => {
      await options.remove(tenantOf(visit), visit.call.param('entryId'))
      return path
    }),
  ]
}
