import {reasonOf} from '../../../failure.js'
import {badRequest} from '../../../http/fault.js'
import {get} from '../../../http/get.js'

/** The text of a definition at an address that a user gave. Throws a Fault 400 where there is none. */
export async function fetchDefinition(url: string): Promise<string> {
  const answer = await get(url).catch((error: unknown) => {
    throw badRequest(`The definition can not be fetched from its URL: ${reasonOf(error)}`)
  })
  if (answer.status !== 200) throw badRequest(`The definition can not be fetched: its URL answers ${answer.status}`)
  return answer.text
}
