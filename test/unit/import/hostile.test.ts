import assert from 'node:assert/strict'
import {readToml} from '../../../src/config/toml-source.js'
import {importSet} from '../../support/imports.js'

const GATEWAY = `[server]
server_role = "gateway-worker"
hostname = "gw"
[apim.key_manager]
service_url = "https://km:9443/services/"
`

/** Whatever a file holds, the others are read; and it costs no more than this, in CPU time: another lane of tests may have the core, and machines differ by three. */
const MOST_MS = 10_000

const withFile = (path: string, text: string) => {
  const begun = process.cpuUsage()
  const set = importSet([
    {path: 'gateway.toml', text: GATEWAY},
    {path, text},
  ])
  const {user, system} = process.cpuUsage(begun)
  const tookMs = (user + system) / 1000
  assert.ok(tookMs < MOST_MS, `took ${tookMs} ms`)
  return set
}

const reads = (set: ReturnType<typeof importSet>) =>
  set.report.components.some(({files}) => files[0]?.file === 'gateway.toml')

describe('hostile files in a set', () => {
  it('change no object of ours by the names of their keys', () => {
    for (const text of ['[__proto__]\nx = 1', '[constructor.prototype]\nx = 1', 'a = {toString.x = 1}']) {
      const {table, faults} = readToml(text)
      assert.deepEqual([table, faults.length], [{}, 1], text)
      assert.equal('x' in {}, false)
    }
  })

  const levels = Array.from(
    {length: 30},
    (_, i) =>
      `a${i}: &a${i} [${Array(10)
        .fill(i === 0 ? 'x' : `*a${i - 1}`)
        .join(', ')}]`,
  )
  for (const [what, path, text] of [
    ['aliases that multiply', 'bomb.yaml', `${levels.join('\n')}\nservices: *a29\n`],
    ['brackets without end', 'deep.yaml', `services: ${'['.repeat(50_000)}`],
    ['thousands of blocks', 'blocks.yaml', 'deployment.toml: |\n  [server]\n  [apim]\n'.repeat(20_000)],
    ['a template that is never closed', 'open.yaml', `deployment.toml: |\n  a = "${'{{ if '.repeat(20_000)}"\n`],
    ['a template of actions only', 'actions.toml', '{{ if x }}'.repeat(20_000)],
    ['no TOML', 'broken.toml', '[[[['],
    ['keys of objects', 'proto.toml', '[__proto__]\nx = 1\n[constructor.prototype]\ny = 2\n'],
    ['a link of many dots', 'dots.toml', `x = "https://${'a.'.repeat(30_000)}"\n`],
  ] as const)
    it(`${what} keep nobody from reading the others`, () => assert.ok(reads(withFile(path, text))))

  it('never write what is in a value as Markdown or as a line of its own', () => {
    const text = `${GATEWAY}[server.evil]\nx = "a\`b\\n# heading <img src=x>"\n`
    const report = importSet([{path: 'gateway.toml', text}]).text('import-report.md')
    assert.doesNotMatch(report, /^# heading/m)
    assert.match(report, /`a b # heading <img src=x>`/)
  })
})
