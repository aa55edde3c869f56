import * as z from 'zod'
import {labFileSchema} from './schema.js'

type JsonSchema = Record<string, unknown>

/** The lab file as JSON Schema, for editors. With the names of components, editors complete and check those too. */
export function labFileJsonSchema(components: readonly string[] = []): object {
  const {$schema, ...schema} = z.toJSONSchema(labFileSchema, {
    // What the editors' YAML support knows best.
    target: 'draft-07',
    io: 'input',
    override: ({jsonSchema, path}) => {
      if (components.length > 0 && path.at(-1) === 'propertyNames' && path.includes('components')) {
        Object.assign(jsonSchema, {enum: [...components]} satisfies JsonSchema)
      }
    },
  })
  return {
    $schema,
    title: 'apim-lab.yaml',
    description: 'A lab of WSO2 API Manager: which release, and how it is deployed. Every key is optional.',
    ...schema,
  }
}
