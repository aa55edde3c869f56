import {html, type Html} from '../../../pages/html.js'
import {select} from '../../../pages/parts.js'
import type {AskedAttribute} from '../application-attributes.js'
import type {Application} from '../application-store.js'

/** What a form says of an application, as the REST API takes it. */
export interface Asked {
  readonly name: string | null
  readonly throttlingPolicy: string | null
  readonly description: string | null
  readonly tokenType: string | null
  readonly attributes: Readonly<Record<string, string | null>>
}

/** What one chooses from, and is asked for. */
export interface Choices {
  readonly policies: readonly string[]
  readonly asked: readonly AskedAttribute[]
}

/** Before the name of an attribute, as fields of forms have it. */
const ATTRIBUTE = 'attribute:'

/** Attributes of a form; null for one that was left empty. */
const attributesOf = (form: URLSearchParams): Asked['attributes'] =>
  Object.fromEntries(
    [...form].flatMap(([name, value]) =>
      name.startsWith(ATTRIBUTE) ? [[name.slice(ATTRIBUTE.length), value || null] as const] : [],
    ),
  )

/** An application as a form has it that nobody has touched. */
export const askedOf = ({name, policy, description, tokenType, attributes}: Application): Asked => ({
  ...{name, throttlingPolicy: policy, description, tokenType, attributes},
})

/** What a form asks for: what it has no field for stays as it was. */
export function askedIn(form: URLSearchParams, before?: Asked): Asked {
  const text = (name: string, was: string | null = null) => form.get(name)?.replaceAll('\r\n', '\n') ?? was
  return {
    name: text('name', before?.name),
    throttlingPolicy: text('policy', before?.throttlingPolicy),
    description: text('description', before?.description),
    tokenType: text('tokenType', before?.tokenType),
    attributes: {...before?.attributes, ...attributesOf(form)},
  }
}

/** Fields of a new application, or of what is asked for. */
export function applicationFields({policies, asked}: Choices, given?: Asked): Html {
  const policy = given?.throttlingPolicy ?? policies[0] ?? ''
  // One that is gone is not silently another.
  const offered = policies.includes(policy) ? policies : [policy, ...policies]
  return html`<label
      >Name<input name="name" required maxlength="100" pattern="[a-zA-Z0-9 ._\\-]+" value="${given?.name}"
    /></label>
    ${select(
      'policy',
      'Policy',
      offered.map(it => [it, it] as const),
      policy,
    )}
    <label
      >Description <small>may be left out</small
      ><textarea name="description" maxlength="512">${given?.description}</textarea>
    </label>
    ${select(
      'tokenType',
      'Tokens',
      [
        ['JWT', 'JWT: gateways check them by themselves'],
        ['OAUTH', 'opaque: gateways ask the key manager'],
      ],
      given?.tokenType ?? 'JWT',
    )}
    ${asked
      .filter(it => !it.hidden)
      .map(
        it =>
          html`<label
            >${it.name} ${it.description && html`<small>${it.description}</small>`}<input
              name="${ATTRIBUTE}${it.name}"
              maxlength="1024"
              value="${given?.attributes[it.name]}"
              ${it.required && html`required`}
          /></label>`,
      )}`
}
