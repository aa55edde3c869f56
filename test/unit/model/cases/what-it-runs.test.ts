import assert from 'node:assert/strict'
import type {Case} from '../../../../src/model/cases/case.js'
import {whatItRuns} from '../../../../src/model/cases/what-it-runs.js'

const call = {call: {path: '/x'}}

describe('what a case would run', () => {
  it('is what the settings of its snapshot have, too', () => {
    const file = {path: 'p.jar', source: '/home/x/p.jar', sha256: 'a'.repeat(64)}
    const settings = {address: '0.0.0.0', components: {gateway: {image: 'evil:1', patches: {'p.jar': file}}}}
    assert.deepEqual(whatItRuns({name: 'a', lab: {snapshot: 'x'}, then: {symptom: [call]}}, settings), [
      'ports are open on 0.0.0.0, not on this machine alone',
      'image of gateway: evil:1',
      'file in gateway: p.jar as p.jar',
    ])
  })

  it('is nothing where it only asks', () => {
    assert.deepEqual(whatItRuns({name: 'a', lab: {release: 'mini'}, then: {symptom: [call]}}), [])
  })

  it('is every command, query, image, file, variable, address and backend', () => {
    const one: Case = {
      name: 'a',
      lab: {
        ports: {address: '0.0.0.0'},
        images: {registry: 'registry.example.com'},
        components: {
          gateway: {image: 'evil:1', environment: {X: '1'}, files: {'/etc/x': 'x.sh'}, patches: ['p.jar']},
        },
      },
      given: [
        {exec: {node: 'gateway-1', command: ['rm', '-r', '/']}},
        {api: {name: 'p', backend: 'http://far.example.com/'}},
      ],
      when: [{sql: {database: 'apimgtdb', query: 'SELECT 1'}}],
      then: {symptom: [call], absence: [{wait: {sql: 'SELECT 2', nodes: 'apimgtdb', equals: '2'}}]},
    }
    assert.deepEqual(whatItRuns(one), [
      'ports are open on 0.0.0.0, not on this machine alone',
      'images from registry.example.com',
      'image of gateway: evil:1',
      'environment of gateway: X',
      'file in gateway: x.sh as /etc/x',
      'file in gateway: p.jar',
      'command in gateway-1: rm -r /',
      'calls of gateways to http://far.example.com/',
      'SQL in apimgtdb: SELECT 1',
      'SQL, until it is "2": SELECT 2',
    ])
  })
})
