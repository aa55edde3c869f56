import {html} from '../../../pages/html.js'

export const PAGE = '/devportal'

/** Leads from a page of one application to the list of all. */
export const backToApplications = html`<p><a href="${PAGE}/applications">Back to the applications</a></p>`
