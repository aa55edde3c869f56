import {fuzz, FUZZED, type Fuzzed} from '../fuzz/fuzz.js'

/** A few inputs, the same in every run; `npm run fuzz` tries others. */
const FEW = {seed: 1, runs: 40}

describe('fuzzed input never ends in a stack trace, a hang, or a file outside of its folder', function () {
  this.timeout(120_000)

  for (const what of Object.keys(FUZZED) as Fuzzed[]) it(what, () => fuzz(what, FEW))
})
