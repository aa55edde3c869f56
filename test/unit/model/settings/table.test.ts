import assert from 'node:assert/strict'
import {parse as parseYaml} from 'yaml'
import {settingFlags} from '../../../../src/cli/lab-flags.js'
import {keptJson, parseKept} from '../../../../src/model/kept-settings.js'
import {withFiles} from '../../../../src/model/lab-file/lab-file.js'
import {parseLabFile} from '../../../../src/model/lab-file/parse.js'
import {sampleLabFile} from '../../../../src/model/lab-file/sample.js'
import {resolveSettings} from '../../../../src/model/resolve-settings.js'
import type {LabSettings} from '../../../../src/model/settings.js'
import {placesOf, placesOfGroup, TABLE, type Place} from '../../../../src/model/settings/table.js'

const sample = sampleLabFile({lab: 'demo'}).replace(/^# /gm, '')
const labFile = parseLabFile(sample, 'apim-lab.yaml', {components: ['gateway', 'traffic-manager']})

/** What is read of each file that the sample names. */
const settings = withFiles(labFile, ({kind, path}) =>
  kind === 'driver'
    ? `/lab/${path}`
    : kind === 'mount'
      ? {path, source: `/lab/${path}`, sha256: 'a'.repeat(64)}
      : {path, content: ''},
)

const places: readonly Place[] = [
  ...placesOf(TABLE),
  ...placesOfGroup(TABLE.groups['components']!).map(({at, to, row}) => ({
    at: ['components', 'gateway', ...at],
    to: ['components', 'gateway', ...to],
    row,
  })),
  ...placesOfGroup(TABLE.groups['nodes']!).map(({at, to, row}) => ({
    at: ['nodes', 'gateway-1', ...at],
    to: ['nodes', 'gateway-1', ...to],
    row,
  })),
]

const valueAt = (value: unknown, path: readonly string[]) =>
  path.reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], value)

describe('the table of settings', () => {
  for (const {at, to} of places) {
    it(`${at.join('.')} comes from the sample into ${to.join('.')}, and is kept`, () => {
      assert.notEqual(valueAt(parseYaml(sample), at), undefined)
      const {settings: whole} = resolveSettings({release: 'mini', flags: {}, labFile: settings, kept: {}})
      const value = valueAt(whole, to)
      assert.notEqual(value, undefined)
      assert.deepEqual(valueAt(parseKept(keptJson(whole)), to), value)
    })
  }

  it('has no two settings at one place of the lab file', () => {
    const names = places.map(({at}) => at.join('.'))
    assert.deepEqual([...new Set(names)], names)
  })

  it('says what each setting is, as a sentence without its full stop', () => {
    for (const {at, row} of places) assert.match(row.text, /^[\w<].*[^.]$/, at.join('.'))
  })

  it('says what each block of the lab file is about', () => {
    const blocks = placesOf(TABLE).flatMap(({at}) => (at.length > 1 ? [at[0]!] : []))
    assert.deepEqual([...new Set(blocks)], Object.keys(TABLE.blocks))
  })

  it('tells each setting of the lab that it keeps, but for names of images', () => {
    const kept = settings as Partial<LabSettings>
    const {kept: told} = resolveSettings({release: 'mini', flags: {}, labFile: {}, kept: {...kept, small: true}})
    assert.ok(told.includes('small true (kept; --reset forgets it)'))
    assert.ok(told.includes('components.gateway.files /home/wso2carbon/own.txt (kept; --reset forgets it)'))
    assert.ok(told.includes('components.mysql.environment TZ (kept; --reset forgets it)'))
    const quiet = {mysqlImage: 'a:1', loadBalancerImage: 'b:1', imageNames: {c: 'd'}}
    assert.deepEqual(resolveSettings({release: 'mini', flags: {}, labFile: {}, kept: quiet}).kept, [])
    assert.deepEqual(
      told.filter(line => line.includes('[object')),
      [],
    )
  })

  it('makes the flags that say what a lab shall be', () => {
    assert.deepEqual(Object.keys(settingFlags).sort(), [
      ...['analytics', 'database', 'driver', 'file', 'port-offset', 'postgresql-driver', 'release', 'scale', 'small'],
    ])
  })
})
