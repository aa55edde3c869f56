import {dotted} from '../../config/keys.js'
import type {Settings} from '../../config/settings.js'
import {badRequest} from '../../http/fault.js'

/** What applications of this portal may, or must, say of themselves: a table of `[[apim.devportal.application_attributes]]`. */
export interface AskedAttribute {
  readonly name: string
  readonly description: string
  readonly required: boolean
  readonly hidden: boolean
}

const PATH = dotted('apim.devportal.application_attributes')
const NEED = {why: 'applications are asked for it', example: 'tables with name, description, required and hidden'}

/** The attributes of the configuration; none is the product's default. Throws StartFailure for one without a name. */
export const readAskedAttributes = (settings: Settings): readonly AskedAttribute[] =>
  Array.from({length: settings.count(PATH, NEED)}, (_, i) => ({
    name: settings.text([...PATH, i, 'name'], NEED),
    description: settings.maybeText([...PATH, i, 'description'], NEED) ?? '',
    required: settings.flag([...PATH, i, 'required'], false, NEED),
    hidden: settings.flag([...PATH, i, 'hidden'], false, NEED),
  }))

/** Throws a Fault 400 where one that is asked for is missing: APIConsumerImpl.checkAppAttributes of carbon-apimgt v6.7.206. */
export function checkAskedAttributes(asked: readonly AskedAttribute[], given: Readonly<Record<string, string>>): void {
  const missing = asked.find(it => it.required && !it.hidden && !given[it.name]?.trim())
  if (missing) throw badRequest(`Bad Request. Required application attribute not provided: ${missing.name}`)
}

/** ApplicationAttribute of store-api.yaml, whose flags are texts. */
export const attributeView = ({name, description, required, hidden}: AskedAttribute) => ({
  attribute: name,
  description,
  required: String(required),
  hidden: String(hidden),
})
