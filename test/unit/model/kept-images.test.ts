import assert from 'node:assert/strict'
import {keptImagesJson, movedImages, parseKeptImages} from '../../../src/model/kept-images.js'

const ID = (digit: string) => `sha256:${digit.repeat(64)}`
const SHORT = (digit: string) => digit.repeat(12)

describe('images that a lab was made with', () => {
  it('are read as they were written', () => {
    const images = {a: {id: ID('1'), digest: ID('2')}, b: {id: ID('3')}}
    assert.deepEqual(parseKeptImages(keptImagesJson(images)), images)
  })

  for (const damaged of [undefined, '', '{', 'null', '[]', '{"images":{"a":1,"b":{"id":2}}}'])
    it(`are none in ${damaged}`, () => assert.deepEqual(parseKeptImages(damaged), {}))

  it('have moved when their names mean others', () => {
    const kept = {same: {id: ID('1')}, moved: {id: ID('1'), digest: ID('a')}, built: {id: ID('1')}, gone: {id: ID('1')}}
    const now = {same: {id: ID('1'), digest: ID('b')}, moved: {id: ID('2'), digest: ID('b')}, built: {id: ID('2')}}
    assert.deepEqual(movedImages(kept, {...now, new: {id: ID('9')}}), [
      {name: 'moved', before: SHORT('a'), now: SHORT('b')},
      {name: 'built', before: SHORT('1'), now: SHORT('2')},
    ])
  })

  it('are told by id where the digests say nothing', () => {
    const kept = {a: {id: ID('1'), digest: ID('a')}}
    assert.deepEqual(movedImages(kept, {a: {id: ID('2')}}), [{name: 'a', before: SHORT('1'), now: SHORT('2')}])
    assert.deepEqual(movedImages(kept, {a: {id: ID('2'), digest: ID('a')}}), [
      {name: 'a', before: SHORT('1'), now: SHORT('2')},
    ])
  })
})
