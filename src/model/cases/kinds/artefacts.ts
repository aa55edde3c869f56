import * as z from 'zod'
import {expected, pattern} from '../../settings/values.js'
import {stepKind} from '../step-kind.js'
import {text, word} from '../values.js'

const resource = pattern(/^\/[\w{}*./-]*$/, 'a resource such as /menu')

export const api = stepKind({
  name: 'api',
  summary: 'Makes an API and publishes it; then every gateway has it. Sets ${NAME.id} and ${NAME.path}',
  schema: z.strictObject(
    {
      name: word,
      context: resource.describe('/NAME without it').optional(),
      version: pattern(/^[\w.-]+$/, 'a version such as 1.0.0', 30)
        .describe('1.0.0 without it')
        .optional(),
      backend: text('a URL').describe("The release's sample backend without it, which answers /menu").optional(),
      environments: z
        .array(text('an environment'))
        .min(1)
        .describe('Gateway environments that it is deployed to; all of the lab without it')
        .optional(),
      resources: z.array(resource).min(1).describe('[/menu] without it').optional(),
      policy: text('a policy').describe('Advanced throttling policy of its resources; Unlimited without it').optional(),
    },
    expected('a block such as {name: pizza}'),
  ),
  example: {name: 'pizza'},
  text: ({name}) => name,
  expects: [],
  defines: ({name}) => [`${name}.id`, `${name}.path`],
  warns: ({backend}) => (backend === undefined ? [] : [`calls of gateways to ${backend}`]),
  readies: true,
})

export const application = stepKind({
  name: 'application',
  summary: 'Makes an application and its keys. Sets ${NAME.id}, ${NAME.key}, ${NAME.secret} and ${NAME.basic}',
  schema: z.strictObject(
    {
      name: word,
      policy: text('a policy').describe('Application throttling policy; Unlimited without it').optional(),
      tokens: z.enum(['JWT', 'OAUTH'], expected('JWT or OAUTH')).describe('JWT without it').optional(),
    },
    expected('a block such as {name: app}'),
  ),
  example: {name: 'app'},
  text: ({name}) => name,
  expects: [],
  defines: ({name}) => ['id', 'key', 'secret', 'basic'].map(what => `${name}.${what}`),
  names: ({tokens}) => (tokens === undefined ? [] : [{path: ['tokens'], word: tokens, is: 'tokens'}]),
})

export const subscription = stepKind({
  name: 'subscription',
  summary: 'Subscribes an application to an API, both made before',
  schema: z.strictObject({api: word, application: word}, expected('a block such as {api: pizza, application: app}')),
  example: {api: 'pizza', application: 'app'},
  text: input => `${input.application} to ${input.api}`,
  expects: [],
})

export const token = stepKind({
  name: 'token',
  summary: 'Gets a token for an application made before. Sets ${APPLICATION.token}, or ${AS.token}',
  schema: z.strictObject(
    {
      application: word,
      scope: text('scopes').optional(),
      as: word.describe('Beside the token of before, under a name of its own').optional(),
    },
    expected('a block such as {application: app}'),
  ),
  example: {application: 'app'},
  text: input => `for ${input.application}`,
  expects: [],
  defines: input => [`${input.as ?? input.application}.token`],
})

export const policy = stepKind({
  name: 'policy',
  summary: 'Makes a throttling policy of so many requests a minute. Sets ${NAME.id}',
  schema: z.strictObject(
    {
      name: word,
      level: z.enum(['advanced', 'application'], expected('advanced or application')).describe('advanced: of APIs'),
      requestsPerMinute: z.int(expected('a number')).min(1).max(1_000_000),
    },
    expected('a block such as {name: five, level: application, requestsPerMinute: 5}'),
  ),
  example: {name: 'five', level: 'application', requestsPerMinute: 5},
  text: input => `${input.name}, ${input.requestsPerMinute} a minute`,
  expects: [],
  defines: ({name}) => [`${name}.id`],
})
