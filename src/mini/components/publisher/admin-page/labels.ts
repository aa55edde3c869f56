import type {Route} from '../../../http/router.js'
import {html} from '../../../pages/html.js'
import type {Site} from '../../../pages/site.js'
import type {User} from '../../../users/users.js'
import {wordsOf} from '../../../words.js'
import {makeLabels} from '../admin/categories.js'
import type {Publishing} from '../publishing.js'
import {listPages} from './list-pages.js'

/** Labels of microgateways, with where these are called. */
export function labelPages(publishing: Publishing, site: Site<User>): readonly Route[] {
  const labels = makeLabels(publishing)
  return listPages(site, {
    path: '/labels',
    title: 'Labels',
    one: 'label',
    heads: ['Description', 'Addresses'],
    cells: ({description, urls}) => [description || 'none', urls.join(', ') || 'none'],
    filled: ({name, description, urls}) => ({name, description, urls: urls.join('\n')}),
    fields: it =>
      html`<label>Name<input name="name" required maxlength="255" value="${it.name}" /></label>
        <label>Description<input name="description" maxlength="1024" value="${it.description}" /></label>
        <label>Addresses <small>one a line</small><textarea name="urls">${it.urls}</textarea></label>`,
    read: form => ({
      name: form.get('name'),
      description: form.get('description'),
      accessUrls: wordsOf(form.get('urls') ?? ''),
    }),
    ...labels,
  })
}
