import * as z from 'zod'
import {expected} from '../../settings/values.js'
import {namedNodes, stepKind} from '../step-kind.js'
import {node, text} from '../values.js'

const keyPath = z
  .string()
  .regex(/^[\w-]+(\.[\w-]+)*$/, expected('a key such as apim.key_manager.service_url'))
  .max(255)

export const config = stepKind({
  name: 'config',
  summary: 'Changes keys of the configuration of a component or a node, and recreates the nodes that have it',
  schema: z.strictObject(
    {
      on: node.describe('A component, or a node'),
      set: z
        .record(keyPath, z.unknown(), expected('a block of KEY: VALUE'))
        .describe('Keys of deployment.toml with their new values; an array is replaced as a whole')
        .optional(),
      remove: z.array(text('a key')).describe('Keys that it shall not have').optional(),
    },
    expected('a block such as {on: gateway, set: {apim.key_manager.service_url: ...}}'),
  ),
  example: {on: 'gateway', set: {'apim.cache.gateway_token.enable': false}},
  text: ({on, set = {}, remove = []}) =>
    `${on}: ${[...Object.keys(set), ...remove.map(key => `without ${key}`)].join(', ')}`,
  expects: [],
  readies: true,
  names: ({on}) => namedNodes(on, ['on']),
  mistakes: ({set, remove}) =>
    set === undefined && remove === undefined ? [{path: [], message: 'nothing is changed: give set or remove'}] : [],
})
