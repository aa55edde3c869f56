import assert from 'node:assert/strict'
import {configSteps, configUnits, shownUnit} from '../../../../../src/model/cases/search/config-units.js'
import type {Side} from '../../../../../src/model/diff/side.js'

const side = (nodes: Readonly<Record<string, Readonly<Record<string, unknown>>>>): Side => ({
  title: '',
  release: '3.2.0',
  notes: [],
  nodes: Object.entries(nodes).map(([name, written]) => ({
    name,
    files: [{name: 'deployment.toml', values: written, written}],
  })),
})

describe('keys that a search takes or leaves', () => {
  it('are those that are written otherwise, once for all nodes that have the same', () => {
    const {units, left} = configUnits(
      side({'gateway-1': {a: {b: 1}, x: 'same', 'q.r': 1}, 'gateway-2': {a: {b: 1}, x: 'same'}, gone: {a: 1}}),
      side({'gateway-1': {a: {b: 2}, x: 'same', 'q.r': 2}, 'gateway-2': {a: {b: 2}, x: 'same', list: [{y: 1}]}}),
    )
    assert.deepEqual(units, [
      {key: 'a.b', good: 1, bad: 2, nodes: ['gateway-1', 'gateway-2']},
      {key: 'list', good: undefined, bad: [{y: 1}], nodes: ['gateway-2']},
    ])
    assert.deepEqual(left, ["'q.r'"])
  })

  it('of two single files are those of the two, whatever they are called', () => {
    const {units} = configUnits(side({'good.toml': {a: 1}}), side({'bad.toml': {a: 2}}))
    assert.deepEqual(units, [{key: 'a', good: 1, bad: 2, nodes: ['good.toml']}])
  })

  it('become steps, one a node, with the value of one side or no value', () => {
    const [set, gone] = [
      {key: 'a.b', good: 1, bad: 2, nodes: ['n']},
      {key: 'c', good: undefined, bad: 3, nodes: ['n']},
    ]
    const placed = [
      {unit: set!, node: 'n-1', isBad: true},
      {unit: gone!, node: 'n-1', isBad: false},
      {unit: gone!, node: 'n-2', isBad: true},
    ]
    assert.deepEqual(configSteps(placed, true), [
      {config: {on: 'n-1', set: {'a.b': 2}, remove: ['c']}},
      {config: {on: 'n-2', set: {c: 3}}},
    ])
    assert.deepEqual(configSteps(placed.slice(2), false), [{config: {on: 'n-2', set: {c: 3}}, ready: false}])
  })

  it('are shown without secrets', () => {
    const unit = {key: 'super_admin.password', good: 'hunter2', bad: undefined, nodes: []}
    assert.deepEqual(shownUnit(unit), {key: 'super_admin.password', good: '***', bad: null, nodes: []})
  })
})
