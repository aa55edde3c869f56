import assert from 'node:assert/strict'
import {alike, commandBlocks, shapeFault} from '../../support/markdown.js'

const PAGE = `
<!-- exit 1 -->

\`\`\`sh
first
\`\`\`

\`\`\`text
shown
\`\`\`

\`\`\`sh
second
\`\`\`

\`\`\`json
{"a": 1}
\`\`\`
`

describe('the blocks of a page', () => {
  it('are scripts with the status and the output that the page says', () => {
    assert.deepEqual(commandBlocks(PAGE), [
      {script: 'first', status: 1, shown: ['shown'], line: 5},
      {script: 'second', status: 0, shown: [], document: {a: 1}, line: 13},
    ])
  })

  it('are closed', () => {
    assert.throws(() => commandBlocks('```sh\nnever ends'), /line 1/)
  })
})

describe('lines of an output', () => {
  it('are alike whatever their numbers, their columns and the load', () => {
    assert.equal(
      alike('gateway-1  not ready within 10 s (load 9.5 on 2 cores).'),
      alike('gateway-1 not ready within 20 s.'),
    )
    assert.notEqual(alike('gateway-1 ready'), alike('gateway-1 not ready'))
  })
})

describe('the shape of a document', () => {
  const shown = {lab: 'apim', nodes: [{name: 'gateway-1', ports: [1]}], ended: null}

  it('is the same whatever the values', () => {
    const actual = {lab: 'other', nodes: [{name: 'mysql', ports: [5, 6]}], ended: {code: 1}}
    assert.equal(shapeFault(shown, actual), undefined)
  })

  for (const [name, actual, fault] of [
    ['a key that is gone', {lab: 'apim', nodes: shown.nodes}, 'document.ended is not there'],
    ['a key that no page tells of', {...shown, more: 1}, 'document.more is not on the page'],
    ['another type', {...shown, lab: 5}, 'document.lab is a number, not a string'],
    ['no such element', {...shown, nodes: [{name: 'gateway-1'}]}, 'document.nodes[0].ports is not there'],
    ['an empty array', {...shown, nodes: []}, 'document.nodes is empty'],
  ] as const)
    it(`differs by ${name}`, () => assert.equal(shapeFault(shown, actual), fault))
})
