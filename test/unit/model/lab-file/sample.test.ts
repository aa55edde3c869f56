import assert from 'node:assert/strict'
import {parse as parseYaml} from 'yaml'
import {LabError} from '../../../../src/errors.js'
import {parseLabFile} from '../../../../src/model/lab-file/parse.js'
import {sampleLabFile} from '../../../../src/model/lab-file/sample.js'
import {keysAt} from '../../../../src/model/lab-file/schema.js'
import {allReleases} from '../../../../src/model/releases/index.js'
import type {LabSettings} from '../../../../src/model/settings.js'
import {LAB_SETTINGS} from '../../../../src/model/settings/lab-settings.js'
import type {Setting} from '../../../../src/model/settings/row.js'

const known = {components: allReleases('0.0.0').flatMap(({components}) => components.map(({name}) => name))}
const parse = (text: string) => parseLabFile(text, 'apim-lab.yaml', known)

const sample = sampleLabFile({lab: 'demo'})
const uncommented = sample.replace(/^# /gm, '')

describe('the sample lab file', () => {
  it('parses as it is, and says only the name', () => assert.deepEqual(parse(sample), {lab: 'demo', files: []}))

  it('parses with every setting uncommented', () => {
    const labFile = parse(uncommented)
    assert.ok(labFile.files.some(({path}) => path === 'gateway.toml'))
    assert.equal(labFile.components?.['gateway']?.replicas, 1)
  })

  it('parses with any one block uncommented', () => {
    const blocks = sample.split('\n\n').filter(block => /^# /m.test(block))
    assert.ok(blocks.length >= 8)
    for (const block of blocks) assert.doesNotThrow(() => parse(block.replace(/^# /gm, '')), block)
  })

  it('shows every key', () => {
    const shown = parseYaml(uncommented) as Record<string, Record<string, object>>
    assert.deepEqual(Object.keys(shown), keysAt([]))
    for (const block of ['gateway', 'images', 'ports', 'mysql', 'loadBalancer']) {
      assert.deepEqual(Object.keys(shown[block] ?? {}), keysAt([block]), block)
    }
    assert.deepEqual(Object.keys(shown['components']?.['gateway'] ?? {}), keysAt(['components']))
    assert.deepEqual(Object.keys(shown['nodes']?.['gateway-1'] ?? {}), keysAt(['nodes']))
  })

  it('shows the defaults, and examples only where there is no default to show', () => {
    const labFile = parse(uncommented)
    for (const [key, row] of Object.entries<Setting>(LAB_SETTINGS)) {
      if (row.example === undefined && row.at !== undefined)
        assert.deepEqual(labFile[key as keyof LabSettings], row.default, key)
      else assert.ok(row.default === undefined || row.default === '' || row.at === undefined, key)
    }
  })

  it('names the components that it is told of', () => {
    const names = ['gateway', 'publisher']
    assert.match(sampleLabFile({lab: 'demo', components: names}), /by its name \(gateway, publisher\):\n/)
  })

  it('names the release that was asked for, as a text', () => {
    assert.equal(parse(sampleLabFile({lab: 'demo', release: '3.2.0'})).release, '3.2.0')
    assert.equal(parse(sampleLabFile({lab: 'demo', release: '4.1'})).release, '4.1')
  })

  it('names the schema only where there is one', () => {
    assert.ok(!sample.includes('$schema'))
    const [first] = sampleLabFile({lab: 'demo', schema: './apim-lab.schema.json'}).split('\n')
    assert.equal(first, '# yaml-language-server: $schema=./apim-lab.schema.json')
  })

  it('takes no name that is none', () => {
    for (const lab of ['../x', 'a b', '$(id)', 'a\nb: c']) assert.throws(() => sampleLabFile({lab}), LabError)
  })

  it('has lines that fit a terminal', () => {
    for (const line of sample.split('\n')) assert.ok(line.length <= 120, line)
    assert.ok(sample.endsWith('\n') && !sample.endsWith('\n\n'))
  })
})
