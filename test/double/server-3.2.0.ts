import {runProgram} from '../../src/mini/program.js'
import {AMQP} from './amqp.js'

/** mini, with the beginning of AMQP where the product has it: a double is checked as the product is. */
export const run = (): Promise<void> => runProgram({protocols: AMQP})
