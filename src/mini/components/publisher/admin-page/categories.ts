import type {Route} from '../../../http/router.js'
import {html} from '../../../pages/html.js'
import type {Site} from '../../../pages/site.js'
import type {User} from '../../../users/users.js'
import {makeCategories} from '../admin/categories.js'
import type {Publishing} from '../publishing.js'
import {listPages} from './list-pages.js'

/** Categories, by which APIs can be found. */
export function categoryPages(publishing: Publishing, site: Site<User>): readonly Route[] {
  const categories = makeCategories(publishing)
  return listPages(site, {
    path: '/categories',
    title: 'Categories',
    one: 'category',
    heads: ['Description', 'APIs'],
    cells: ({description, numberOfAPIs}) => [description || 'none', numberOfAPIs],
    filled: ({name, description}) => ({name, description}),
    fields: it =>
      html`<label>Name<input name="name" required maxlength="255" value="${it.name}" /></label>
        <label>Description<input name="description" maxlength="1024" value="${it.description}" /></label>`,
    read: form => ({name: form.get('name'), description: form.get('description')}),
    ...categories,
  })
}
