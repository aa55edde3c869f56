import {Fault, isAway} from '../http/fault.js'
import type {View} from './document.js'
import {html} from './html.js'

/** What a page says of an error that its user can do something about. Any other is thrown on. */
export function problemOf(error: unknown): {readonly status: number; readonly text: string} {
  if (error instanceof Fault) return {status: error.status, text: error.description}
  if (isAway(error)) return {status: 503, text: 'Something that this page needs does not answer. Try again.'}
  throw error
}

/** No form helps here: what it is about is not there, or not this user's. */
const GONE = [403, 404]

/** Does what a form asks for; where that is refused, the form comes back, with why and with what was typed. */
export async function orAgain<T extends string | View>(
  act: () => Promise<T>,
  form: () => View | Promise<View>,
): Promise<T | View> {
  try {
    return await act()
  } catch (error) {
    const {status, text} = problemOf(error)
    if (GONE.includes(status)) throw error
    const {title, body} = await form()
    return {
      title,
      status,
      body: html`<p class="notice bad" role="alert">${text}</p>
        ${body}`,
    }
  }
}
