import * as z from 'zod'
import {expected} from '../../settings/values.js'
import {stepKind} from '../step-kind.js'
import {duration} from '../values.js'
import {requestNames, requestShape, requestText} from './call.js'

export const traffic = stepKind({
  name: 'traffic',
  summary: 'Calls at a rate for a time, whether or not the answers keep up: arrivals, statuses and latencies are kept',
  schema: z.strictObject(
    {
      ...requestShape,
      rate: z
        .number(expected('calls a second'))
        .min(0.1, expected('at least 0.1 calls a second'))
        .max(1000, expected('1000 calls a second at most'))
        .describe('Calls a second'),
      for: duration.describe('How long'),
      arrivals: z
        .enum(['even', 'poisson'], expected('even or poisson'))
        .describe('even: as far apart as each other; poisson: as from many users, by the seed')
        .optional(),
    },
    expected('a block such as {path: /pizza/1.0.0/menu, rate: 10, for: 5s}'),
  ),
  example: {path: '/pizza/1.0.0/menu', token: '${app.token}', rate: 10, for: '5s'},
  text: input => `${requestText(input)}, ${input.rate} a second for ${input.for}`,
  expects: ['counts'],
  names: requestNames,
})
