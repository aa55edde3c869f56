import {runProgram} from '../../../src/mini/program.js'

// The program as it is, on ports that no other test has.
await runProgram({host: '127.0.0.1', portFor: () => 0})
