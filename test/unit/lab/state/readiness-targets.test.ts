import assert from 'node:assert/strict'
import {readinessTargets, type DeadlineOptions} from '../../../../src/lab/state/readiness-targets.js'
import {rendered, secrets, topology} from '../../../support/lab.js'

describe('how long nodes are waited for', () => {
  const lab = topology()
  const {image, spec} = lab.nodes[0]!
  const deadline = (options: DeadlineOptions) =>
    readinessTargets(lab, rendered().project, secrets(lab), options).get(lab.nodes[0]!.name)?.deadlineSeconds

  it('is three times as long for images that run emulated, unless the user says how long', () => {
    assert.equal(deadline({}), spec.readyWithinSeconds)
    assert.equal(deadline({emulated: new Set(['other:1'])}), spec.readyWithinSeconds)
    assert.equal(deadline({emulated: new Set([image])}), spec.readyWithinSeconds * 3)
    assert.equal(deadline({emulated: new Set([image]), timeoutSeconds: 7}), 7)
  })
})
