import type Handlebars from 'handlebars'

/** Compose interpolates `$`: doubled, it is itself. A JSON literal is a YAML literal. */
const literal = (value: unknown) => JSON.stringify(value).replaceAll('$', '$$$$')

/** Helpers of compose.yaml alone. */
export const COMPOSE_HELPERS: Readonly<Record<string, Handlebars.HelperDelegate>> = {
  compose: (value: unknown) => literal(value),
}
