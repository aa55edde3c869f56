import * as z from 'zod'
import {TABLE} from '../settings/table.js'
import {caseSchema} from './case.js'

/** A case as JSON Schema, for editors. */
export function caseJsonSchema(components: readonly string[] = []): object {
  const componentName: unknown = TABLE.groups['components']?.name
  const {$schema, ...schema} = z.toJSONSchema(caseSchema(), {
    target: 'draft-07',
    io: 'input',
    override: ({zodSchema, jsonSchema}) => {
      if (zodSchema === componentName && components.length > 0) jsonSchema.enum = [...components]
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum
    },
  })
  return {$schema, title: 'case.yaml', description: 'A bug report that apim-lab runs.', ...schema}
}
