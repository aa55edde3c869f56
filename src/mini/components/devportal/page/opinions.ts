import type {Api} from '../../../apis/api.js'
import {html, type Html} from '../../../pages/html.js'
import {moment, select, table} from '../../../pages/parts.js'
import {csrfField} from '../../../pages/site.js'
import type {Session} from '../../../pages/sessions.js'
import type {Comment} from '../../../apis/opinions.js'
import {PAGE} from './base.js'
import type {PortalUser} from './user.js'

/** What others say of an API. */
export interface Opinions {
  readonly rating: string
  readonly comments: readonly Comment[]
}

const RATINGS = ['5', '4', '3', '2', '1'].map(it => [it, it] as const)

/** Comments and ratings, and for who is logged in the forms to add one. */
export const opinionsView = (api: Api, {rating, comments}: Opinions, session?: Session<PortalUser>): Html => html`
  <h2 id="opinions">Opinions</h2>
  <p>${Number(rating) === 0 ? 'Nobody has rated it yet.' : `Rated ${rating} of 5.`}</p>
  ${
    comments.length === 0
      ? html`<p>There are no comments.</p>`
      : table(
          'Comments',
          ['When', 'Who', 'Comment'],
          comments.map(it => [moment(it.at.getTime()), it.createdBy, it.content]),
        )
  }
  ${
    session &&
    html`<form class="fields" method="post" action="${PAGE}/apis/${api.id}/rate">
        ${csrfField(session)} ${select('rating', 'Rating', RATINGS)}
        <button>Rate</button>
      </form>
      <form class="fields" method="post" action="${PAGE}/apis/${api.id}/comment">
        ${csrfField(session)}
        ${
          comments.length > 0 &&
          select('to', 'In reply to', [
            ['', 'nobody in particular'],
            ...[...new Set(comments.map(it => it.createdBy))].map(it => [it, it] as const),
          ])
        }
        <label>Comment <small>up to 512 characters</small><input name="content" required maxlength="512" /></label>
        <button>Comment</button>
      </form>`
  }
`
