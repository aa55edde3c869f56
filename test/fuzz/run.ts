import {parseArgs} from 'node:util'
import {fuzz, FUZZED, type Fuzzed} from './fuzz.js'

// npm run fuzz -- --seed 7 --runs 1000
const {values} = parseArgs({options: {seed: {type: 'string'}, runs: {type: 'string', default: '500'}}})
const seed = Number(values.seed ?? Date.now() % 2 ** 31)
const runs = Number(values.runs)
for (const what of Object.keys(FUZZED) as Fuzzed[]) {
  console.log(`${what}: seed ${seed}, ${runs} runs`)
  await fuzz(what, {seed, runs})
}
