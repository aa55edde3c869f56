import assert from 'node:assert/strict'
import {runsNatively, samePlatform} from '../../../src/model/architecture.js'

describe('architectures', () => {
  for (const [platform, machine, natively] of [
    ['linux/amd64', 'x86_64', true],
    ['linux/386', 'x86_64', true],
    ['linux/arm64', 'x86_64', false],
    ['linux/arm64/v8', 'aarch64', true],
    ['linux/amd64', 'aarch64', false],
    ['linux/s390x', 's390x', true],
    ['windows/amd64', 'x86_64', false],
  ] as const)
    it(`${platform} on ${machine}: ${natively ? 'as it is' : 'not as it is'}`, () =>
      assert.equal(runsNatively(platform, machine), natively))

  it('are the same whatever the variant', () => {
    assert.ok(samePlatform('linux/arm64/v8', 'linux/arm64'))
    assert.ok(!samePlatform('linux/arm64', 'linux/amd64'))
  })
})
