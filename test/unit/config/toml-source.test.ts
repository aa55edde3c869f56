import assert from 'node:assert/strict'
import {readToml} from '../../../src/config/toml-source.js'

const TEXT = `# a comment
[server]
hostname = "x"
'a.b' = [1, {c = 2}]

[[apim.url_group]]
urls = ["one",
  "two"]
[apim.url_group.properties]
p = true
[[apim.url_group]]
`

describe('a deployment.toml with its places', () => {
  const source = readToml(TEXT)

  for (const [key, line, column] of [
    ['server', 2, 1],
    ['server.hostname', 3, 1],
    ["server.'a.b'", 4, 1],
    ["server.'a.b'[1].c", 4, 14],
    ['apim.url_group[0]', 6, 1],
    ['apim.url_group[0].urls[1]', 8, 3],
    ['apim.url_group[0].properties.p', 10, 1],
    ['apim.url_group[1]', 11, 1],
    // Not there: the nearest table.
    ['server.node_ip', 2, 1],
    ['apim.url_group[1].urls[0]', 11, 1],
    ['nowhere.at.all', 1, 1],
  ] as const)
    it(`${key} is at ${line}:${column}`, () => {
      assert.deepEqual(source.position(key), {line, column})
    })

  for (const [what, text, code, line] of [
    ['a key twice', '[a]\nx = 1\nx = 2\n', 'duplicate', 3],
    ['a table twice', '[a]\nx = 1\n[a]\n', 'duplicate', 3],
    ['a value that becomes a table', '[apim]\nevent_hub = ""\n[apim.event_hub.publish]\n', 'duplicate', 3],
    ['a text without an end', '[a]\nx = "y\n', 'syntax', 2],
  ] as const)
    it(`finds ${what}`, () => {
      assert.deepEqual(
        readToml(text).faults.map(({code, line}) => [code, line]),
        [[code, line]],
      )
    })

  it('finds a table behind an array of tables inside it', () => {
    const order = readToml(
      '[[apim.throttling.url_group]]\nx = 1\n[apim.throttling]\ny = 1\n[apim.throttling.url_group.z]\n',
    )
    assert.deepEqual(
      order.faults.map(({code, key, line}) => [code, key, line]),
      [['order', 'apim.throttling', 3]],
    )
  })

  it('takes a file that begins with a byte order mark', () => {
    assert.deepEqual(readToml('\ufeffa = 1').table, {a: 1})
  })
})
