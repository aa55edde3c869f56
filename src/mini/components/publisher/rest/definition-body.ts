import type {Api, ApiScope} from '../../../apis/api.js'
import {BadDefinition, readDefinition, type Definition} from '../../../apis/read-definition.js'
import {Fault} from '../../../http/fault.js'

/** ExceptionCodes.OPENAPI_PARSE_EXCEPTION of carbon-apimgt v6.7.206. */
const malformed = (description: string) =>
  new Fault(400, description, {code: 900754, message: 'Error while parsing OpenAPI definition'})

/** A definition that came from outside. Throws a Fault 400 for what is none, 404 for one without a resource. */
export function definitionIn(text: string): Definition {
  try {
    const found = readDefinition(text)
    if (found.operations.length === 0)
      throw new Fault(404, 'API must have at least one resource defined', {code: 900763})
    return found
  } catch (error) {
    throw error instanceof BadDefinition ? malformed(error.message) : error
  }
}

/** What a definition says of an API's operations and scopes; of scopes that are there, what it does not say stays. */
export function resourcesIn(
  {operations, scopes}: Definition,
  before: Pick<Api, 'scopes'> = {scopes: []},
): {readonly operations: Definition['operations']; readonly scopes: readonly ApiScope[]} {
  const known = new Map(before.scopes.map(it => [it.scope.name, it]))
  return {
    operations,
    scopes: scopes.map(({name, description, bindings}) => {
      const old = known.get(name)
      return {
        scope: {
          ...old?.scope,
          name,
          description: description || (old?.scope.description ?? ''),
          bindings: bindings.length > 0 ? bindings : (old?.scope.bindings ?? []),
        },
        shared: old?.shared ?? false,
      }
    }),
  }
}
