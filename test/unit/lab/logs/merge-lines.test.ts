import assert from 'node:assert/strict'
import {mergeByTime, Sorter} from '../../../../src/lab/logs/merge-lines.js'

interface Line {
  readonly at: string
  readonly node: string
}

async function* source(node: string, ...times: string[]): AsyncGenerator<Line> {
  for (const at of times) yield {at, node}
}

const merged = async (...sources: AsyncGenerator<Line>[]) => {
  const lines: string[] = []
  for await (const {at, node} of mergeByTime(sources)) lines.push(`${node}${at}`)
  return lines.join(' ')
}

describe('mergeByTime', () => {
  it('merges by time', async () =>
    assert.equal(await merged(source('a', '1', '4'), source('b', '2', '3', '5')), 'a1 b2 b3 a4 b5'))

  it('keeps the order of sources where times are equal', async () =>
    assert.equal(await merged(source('a', '1', '2'), source('b', '1', '2')), 'a1 b1 a2 b2'))

  it("keeps a source's own order", async () =>
    assert.equal(await merged(source('a', '3', '1'), source('b', '2')), 'b2 a3 a1'))

  it('copes with empty sources and with none', async () => {
    assert.equal(await merged(source('a'), source('b', '1')), 'b1')
    assert.equal(await merged(), '')
  })

  it('fails when a source fails', async () => {
    const failing = (async function* (): AsyncGenerator<Line> {
      yield {at: '1', node: 'a'}
      throw new Error('lost')
    })()
    await assert.rejects(merged(failing, source('b', '2')), /lost/)
  })
})

describe('Sorter', () => {
  it('lets an earlier line overtake one that is still held', () => {
    const printed: string[] = []
    const sorter = new Sorter<Line>(({node}) => printed.push(node), 10_000)
    for (const [node, at] of [
      ['b', '2'],
      ['a', '1'],
      ['c', '2'],
    ] as const)
      sorter.add({at, node})
    assert.deepEqual(printed, [])
    sorter.flush()
    assert.deepEqual(printed, ['a', 'b', 'c'])
    sorter.flush()
    assert.equal(printed.length, 3)
  })
})
