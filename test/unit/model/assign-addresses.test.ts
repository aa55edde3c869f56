import assert from 'node:assert/strict'
import {assign} from '../../../src/model/assign-addresses.js'

const servers = (...names: string[]) => names.map(host => ({host, port: 9611}))
const values = (...hosts: string[]) => hosts.map((host, i) => ({key: `urls[${i}]`, value: `tcp://${host}:9611`}))

describe('which of the addresses of a file is meant for which node', () => {
  const given = (names: 'node' | 'component', expected: string[], found: string[], itself?: string) => {
    const address = {key: 'urls[]', names, ...(itself !== undefined && {itself: true as const})}
    const link = {probe: 'greeting', port: 9611, address} as const
    const {values: own, extras} = assign(servers(...expected), values(...found), link, itself ?? 'client')
    return {own: own.map(value => value?.key), extras: extras.map(({key}) => key)}
  }

  it('is the one that names it, in any order', () => {
    assert.deepEqual(given('node', ['a', 'b'], ['b', 'a']), {own: ['urls[1]', 'urls[0]'], extras: []})
  })

  it('is one that names no other for the node that none names', () => {
    assert.deepEqual(given('node', ['a', 'b'], ['nobody', 'b']), {own: ['urls[0]', 'urls[1]'], extras: []})
    assert.deepEqual(given('node', ['a', 'b'], ['a', 'a']), {own: ['urls[0]', 'urls[1]'], extras: []})
  })

  it('is none for a node that was left out', () => {
    assert.deepEqual(given('node', ['a', 'b'], ['a']), {own: ['urls[0]', undefined], extras: []})
    assert.deepEqual(given('node', ['a'], []), {own: [undefined], extras: []})
  })

  it('tells of those that lead to no node', () => {
    assert.deepEqual(given('node', ['a'], ['a', 'nobody']), {own: ['urls[0]'], extras: ['urls[1]']})
    assert.deepEqual(given('node', ['a'], ['a', 'a']), {own: ['urls[0]'], extras: []})
  })

  it('is for nobody where it rightly names the client itself', () => {
    assert.deepEqual(given('node', ['b'], ['a', 'b'], 'a'), {own: ['urls[1]'], extras: []})
    assert.deepEqual(given('node', ['b'], ['a'], 'a'), {own: [undefined], extras: []})
    assert.deepEqual(given('node', ['b'], ['a', 'b']), {own: ['urls[1]'], extras: ['urls[0]']})
  })

  it('is the same one for all nodes that share a name', () => {
    assert.deepEqual(given('component', ['c', 'c'], ['c']), {own: ['urls[0]', 'urls[0]'], extras: []})
    assert.deepEqual(given('component', ['c'], []), {own: [undefined], extras: []})
  })

  it('goes by position where nodes that share a name have one each', () => {
    assert.deepEqual(given('component', ['c', 'c'], ['nobody', 'c']), {own: ['urls[0]', 'urls[1]'], extras: []})
    assert.deepEqual(given('component', ['c'], ['c', 'nobody']), {own: ['urls[0]'], extras: ['urls[1]']})
  })
})
