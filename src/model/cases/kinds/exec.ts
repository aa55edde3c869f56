import * as z from 'zod'
import {oneLine} from '../../one-line.js'
import {expected} from '../../settings/values.js'
import {namedNodes, stepKind} from '../step-kind.js'
import {node, text} from '../values.js'

const MOST_SHOWN = 60

const shown = (command: string | readonly string[]) => (typeof command === 'string' ? command : command.join(' '))

export const exec = stepKind({
  name: 'exec',
  summary: 'A command inside a node',
  schema: z.strictObject(
    {
      node: node.describe('The node, or a component that has one'),
      command: z
        .union([text('a command'), z.array(z.string()).min(1)], expected('a command, or a list of its words'))
        .describe('For sh -c; a list: as it is'),
    },
    expected('a block such as {node: gateway-1, command: hostname}'),
  ),
  example: {node: 'gateway-1', command: 'hostname'},
  text: ({node: at, command}) => `${at}: ${oneLine(shown(command), MOST_SHOWN)}`,
  expects: ['exit', 'matches'],
  names: ({node: at}) => namedNodes(at, ['node']),
  warns: ({node: at, command}) => [`command in ${at}: ${shown(command)}`],
})
