import assert from 'node:assert/strict'
import {mistakesWith} from '../../../../src/lab/cases/check-case.js'
import type {Step} from '../../../../src/model/cases/step.js'
import type {LabSettings} from '../../../../src/model/settings.js'
import {topology} from '../../../support/lab.js'

const told = (step: Step, changes: Partial<LabSettings> = {}) =>
  mistakesWith({name: 'one', then: {symptom: [step]}}, topology(changes)).map(
    ({path, message}) => `${path.join('.')}: ${message}`,
  )

describe('what a case names of its lab', () => {
  it('is a service that the lab has', () => {
    assert.deepEqual(told({call: {service: 'analytics-store'}}), [])
    assert.deepEqual(told({call: {service: 'analytics-store'}}, {analytics: false}), [
      'then.symptom.0.call.service: the lab has no store of analytics',
    ])
    assert.deepEqual(told({call: {service: 'analytics-store'}}, {release: '4.2.0'}), [
      'then.symptom.0.call.service: the lab has no store of analytics',
    ])
    assert.deepEqual(told({call: {path: '/menu'}}, {components: {gateway: {replicas: 0}}}), [
      'then.symptom.0.call: the lab has no APIs over HTTPS',
    ])
  })

  it('is a service of the node that is asked; a component stands for its only node', () => {
    for (const node of ['gateway-1', 'gateway', '${which}']) assert.deepEqual(told({call: {node}}), [])
    assert.deepEqual(told({traffic: {node: 'publisher-1', rate: 1, for: '1s'}}), [
      'then.symptom.0.traffic: publisher-1 has no APIs over HTTPS; gateway-1 has',
    ])
    assert.deepEqual(told({call: {node: 'gateway'}}, {components: {gateway: {replicas: 2}}}), [
      'then.symptom.0.call: gateway has no APIs over HTTPS; gateway-1, gateway-2 has',
    ])
    assert.deepEqual(told({call: {node: 'gatewy-1'}}), [
      'then.symptom.0.call.node: the lab has no node gatewy-1; did you mean gateway-1',
    ])
  })

  it('is a kind of tokens that its release makes', () => {
    const step: Step = {application: {name: 'app', tokens: 'OAUTH'}}
    assert.deepEqual(told(step, {release: '3.2.0'}), [])
    assert.deepEqual(told(step, {release: '4.2.0'}), [
      'then.symptom.0.application.tokens: applications of release 4.2.0 get JWTs, whatever they ask for',
    ])
  })
})
