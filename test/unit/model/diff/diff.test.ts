import assert from 'node:assert/strict'
import fc from 'fast-check'
import {diff} from '../../../../src/model/diff/diff.js'
import {onlyNode, type Side, type SideNode} from '../../../../src/model/diff/side.js'
import {diffText} from '../../../../src/cli/diff-text.js'

type Values = Readonly<Record<string, unknown>>

const node = (name: string, values: Values, written: Values = values, more: Partial<SideNode> = {}): SideNode => ({
  name,
  files: [{name: 'deployment.toml', values, written}],
  ...more,
})

const side = (nodes: readonly SideNode[], more: Partial<Side> = {}): Side => ({
  title: 'one',
  release: '3.2.0',
  nodes,
  notes: [],
  ...more,
})

describe('diff', () => {
  it('tells a key once for all nodes that have the same difference, and others for themselves', () => {
    const found = diff(
      side([node('gateway-1', {a: {x: 1}}), node('gateway-2', {a: {x: 1}}), node('gateway-3', {a: {x: 1}})]),
      side([node('gateway-1', {a: {x: 2}}), node('gateway-2', {a: {x: 2}}), node('gateway-3', {a: {x: '1'}})]),
    )
    assert.deepEqual(
      found.keys.map(({key, a, b, nodes}) => ({key, a, b, nodes})),
      [
        {key: 'a.x', a: 1, b: 2, nodes: ['gateway-1', 'gateway-2']},
        {key: 'a.x', a: 1, b: '1', nodes: ['gateway-3']},
      ],
    )
    assert.equal(found.same, false)
  })

  it('says which value is written nowhere, and nothing of what only follows from another key', () => {
    const found = diff(
      side([node('n', {t: true, admin: 'a', user: 'a'}, {admin: 'a', user: '$ref{admin}'})]),
      side([node('n', {t: false, admin: 'b', user: 'b'}, {t: false, admin: 'b', user: '$ref{admin}'})]),
    )
    assert.deepEqual(
      found.keys.map(({key, implied}) => [key, implied]),
      [
        ['t', ['a']],
        ['admin', []],
      ],
    )
  })

  it('shows no secret, in no place where one may stand, and still tells that it is another', () => {
    const values = (secret: string) => ({
      super_admin: {password: secret},
      secrets: {keystore: `[${secret}]`},
      encryption: {key: secret},
      url: `https://admin:${secret}@host`,
      group: [{password: secret}],
      number: {password: Number(Buffer.from(secret)[0])},
    })
    const of = (secret: string) =>
      side([node('n', values(secret), values(secret), {environment: {DB_PASSWORD: secret, API_TOKEN: secret}})], {
        settings: {mysqlPassword: 1, environment: {DB_PASSWORD: secret}},
      })
    const found = diff(of('hunter2'), of('swordfish'))
    assert.equal(found.keys.length, 6)
    assert.equal(found.environment.length, 2)
    const shown = JSON.stringify(found) + diffText(found, 80)
    assert.doesNotMatch(shown, /hunter2|swordfish|104|115/)
    assert.ok(found.keys.every(({secret}) => secret))
  })

  it('tells nodes, links, images, environments and texts of their own', () => {
    const link = (id: string, ...nodes: readonly string[]) => ({id, what: 'w', nodes})
    const text = (values: string) => ({files: [{name: 'nginx.conf', values, written: {}}]})
    const found = diff(
      side([node('a', {}, {}, {image: 'i:1', imageId: 'sha256:1'}), node('gone', {}), {name: 'lb', ...text('x')}], {
        links: [link('a->b:1', 'a', 'b'), link('gone->b:1', 'gone', 'b')],
      }),
      side([node('a', {}, {}, {image: 'i:1', imageId: 'sha256:2'}), {name: 'lb', ...text('y')}], {
        links: [link('a->b:2', 'a', 'b')],
      }),
    )
    assert.deepEqual(found.nodes, {onlyA: ['gone'], onlyB: []})
    assert.deepEqual(found.images, [{key: 'image', a: 'i:1 1', b: 'i:1 2', nodes: ['a']}])
    assert.deepEqual(found.files, [{file: 'nginx.conf', nodes: ['lb']}])
    assert.deepEqual(found.links, {onlyA: [{id: 'a->b:1', what: 'w'}], onlyB: [{id: 'a->b:2', what: 'w'}]})
  })

  it('compares two nodes of a component by what each says, and their links by the other end', () => {
    const one = side([node('gateway-1', {x: 1}), node('gateway-2', {x: 2})], {
      links: [
        {id: 'gateway-1->tm-1:5672', what: 'w', nodes: ['gateway-1', 'tm-1']},
        {id: 'gateway-2->tm-1:5672', what: 'w', nodes: ['gateway-2', 'tm-1']},
      ],
    })
    const found = diff(onlyNode(one, 'gateway-1'), onlyNode(one, 'gateway-2', 'gateway-1'))
    assert.deepEqual([found.keys.length, found.links.onlyA.length, found.nodes.onlyA.length], [1, 0, 0])
  })

  it('finds nothing between a side and itself, and the reverse the other way round', () => {
    const values = fc.dictionary(
      fc.constantFrom('a', 'b', 'password'),
      fc.oneof(fc.integer(), fc.string(), fc.boolean()),
    )
    fc.assert(
      fc.property(values, values, (a, b) => {
        const [one, other] = [side([node('n', a)]), side([node('n', b)])]
        assert.equal(diff(one, one).same, true)
        const there = diff(one, other).keys.map(({key}) => key)
        assert.deepEqual(
          there.toSorted(),
          diff(other, one)
            .keys.map(({key}) => key)
            .toSorted(),
        )
        assert.equal(
          there.length === 0,
          JSON.stringify(Object.entries(a).toSorted()) === JSON.stringify(Object.entries(b).toSorted()),
        )
      }),
    )
  })

  it('fits into 80 columns', () => {
    const long = {['k'.repeat(60)]: 'v'.repeat(90)}
    const text = diffText(diff(side([node('n', long)]), side([node('n', {})])), 80)
    assert.ok(text.split('\n').every(line => line.length <= 80))
    assert.match(text, /^Different: 1 key\.$/m)
  })
})
