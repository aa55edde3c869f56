import * as z from 'zod'
import {TABLE} from '../settings/table.js'
import {labFileSchema} from './schema.js'

/** The lab file as JSON Schema, for editors. With the names of components, editors complete and check those too. */
export function labFileJsonSchema(components: readonly string[] = [], table = TABLE): object {
  const componentName: unknown = table.groups['components']?.name
  const {$schema, ...schema} = z.toJSONSchema(labFileSchema(table), {
    // What the editors' YAML support knows best.
    target: 'draft-07',
    io: 'input',
    override: ({zodSchema, jsonSchema}) => {
      if (zodSchema === componentName && components.length > 0) jsonSchema.enum = [...components]
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum
    },
  })
  return {
    $schema,
    title: 'apim-lab.yaml',
    description: 'A lab of WSO2 API Manager: which release, and how it is deployed. Every key is optional.',
    ...schema,
  }
}
