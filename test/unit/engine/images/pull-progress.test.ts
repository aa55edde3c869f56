import assert from 'node:assert/strict'
import {layerProgress, PullProgress} from '../../../../src/engine/images/pull-progress.js'

const downloading = (id: string, current: number, total: number) => ({
  id,
  status: 'Downloading',
  progressDetail: {current, total},
})

describe('PullProgress', () => {
  it('sums the layers', () => {
    const progress = new PullProgress()
    assert.equal(progress.take(downloading('a', 1_000_000, 50_000_000)), '1.0 of 50.0 MB')
    assert.equal(progress.take(downloading('b', 11_300_000, 30_100_000)), '12.3 of 80.1 MB')
    assert.equal(progress.take({id: 'a', status: 'Download complete'}), '61.3 of 80.1 MB')
  })

  it('counts a layer once, whatever follows its download', () => {
    const progress = new PullProgress()
    progress.take(downloading('a', 2_000_000, 2_000_000))
    assert.equal(progress.take({id: 'a', status: 'Extracting', progressDetail: {current: 5, total: 10}}), undefined)
    assert.equal(progress.take({id: 'a', status: 'Pull complete'}), '2.0 of 2.0 MB')
  })

  it('says nothing of what has no size', () => {
    const progress = new PullProgress()
    assert.equal(progress.take({status: 'Pulling from library/x', id: 'latest'}), undefined)
    assert.equal(progress.take({status: 'Already exists', id: 'a'}), undefined)
    assert.equal(progress.take({status: 'Status: Downloaded newer image'}), undefined)
  })
})

describe('layerProgress', () => {
  for (const [message, expected] of [
    [downloading('a', 1_000_000, 5_000_000), {layer: 'a', text: 'downloading, 1.0 of 5.0 MB', done: false}],
    [
      {id: 'a', status: 'Extracting', progressDetail: {current: 2_000_000, total: 4_000_000}},
      {layer: 'a', text: 'unpacking, 2.0 of 4.0 MB', done: false},
    ],
    [
      {id: 'a', status: 'Pull complete', progressDetail: {}},
      {layer: 'a', text: 'done', done: true},
    ],
    [
      {id: 'a', status: 'Already exists'},
      {layer: 'a', text: 'here already', done: true},
    ],
    [{id: 'latest', status: 'Pulling from library/x'}, undefined],
    [{status: 'Status: Downloaded newer image'}, undefined],
  ] as const)
    it(`tells of ${message.status}`, () => assert.deepEqual(layerProgress(message), expected))
})
