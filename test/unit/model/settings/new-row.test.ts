import assert from 'node:assert/strict'
import {resolve as absolute} from 'node:path'
import {Parser} from '@oclif/core'
import * as z from 'zod'
import {flagsOf, valuesOf} from '../../../../src/cli/setting-flags.js'
import {isUsage, usageError} from '../../../../src/cli/usage.js'
import {LabError} from '../../../../src/errors.js'
import {keptJson, parseKept} from '../../../../src/model/kept-settings.js'
import {labFileJsonSchema} from '../../../../src/model/lab-file/json-schema.js'
import {parseLabFile} from '../../../../src/model/lab-file/parse.js'
import {sampleLabFile} from '../../../../src/model/lab-file/sample.js'
import {resolveSettings} from '../../../../src/model/resolve-settings.js'
import {DEFAULTS, storedSettings, type LabSettings, type SettingFlags} from '../../../../src/model/settings.js'
import {COMPONENT_SETTINGS} from '../../../../src/model/settings/component-settings.js'
import {LAB_SETTINGS} from '../../../../src/model/settings/lab-settings.js'
import {defaultsOf, setting, type FlagValuesOf, type SettingsOf} from '../../../../src/model/settings/row.js'
import {TABLE, type SettingsTable} from '../../../../src/model/settings/table.js'
import {megabytes, memory, memoryMb} from '../../../../src/model/settings/values.js'

const COLOURS = z.enum(['red', 'blue'], {error: 'expected red or blue'})

// Rows as somebody would add them: everything below follows from them alone.
const ROWS = {
  colour: setting({
    at: 'colour',
    text: 'Colour of the lab',
    schema: COLOURS,
    default: 'red',
    flag: {name: 'colour'},
    stored: 'it is painted there',
  }),
  backlog: setting({
    at: 'ports.backlog',
    text: 'Connections that wait',
    schema: z.number({error: 'expected a number'}).int().min(1).max(99),
    otherwise: "the system's own",
    example: 10,
    flag: {name: 'backlog'},
  }),
  licence: setting({
    text: 'Where the licence is',
    schema: z.string(),
    default: '',
    flag: {name: 'licence', isPath: true, summary: 'File with the licence.'},
  }),
}
const SWAP = setting({
  at: 'swap',
  text: 'Swap of each node',
  schema: memory,
  kept: megabytes,
  value: memoryMb,
  otherwise: 'none',
  example: '64m',
})

const table: SettingsTable = {
  ...TABLE,
  lab: {...LAB_SETTINGS, ...ROWS},
  groups: {
    ...TABLE.groups,
    components: {...TABLE.groups['components']!, rows: {...COMPONENT_SETTINGS, swapMb: SWAP}},
  },
}

const parse = (text: string) => parseLabFile(text, 'apim-lab.yaml', {components: ['gateway', 'traffic-manager']}, table)
const resolve = (layers: {flags?: object; labFile?: object; kept?: object}) =>
  resolveSettings(
    {release: 'mini', flags: {}, labFile: {}, kept: {}, defaults: {...DEFAULTS, ...defaultsOf(ROWS)}, ...layers},
    table,
  )
const own = (settings: object) => settings as SettingsOf<typeof ROWS> & LabSettings

async function flags(...argv: readonly string[]): Promise<SettingFlags> {
  const {flags: values} = await Parser.parse([...argv], {flags: flagsOf(table), strict: true})
  return valuesOf(values as object, table)
}

describe('a row that is added to the table of settings', () => {
  it('has a type: required with a default, else optional; flags by their names', () => {
    const settings: SettingsOf<typeof ROWS> = {colour: 'red', licence: ''}
    const values: FlagValuesOf<typeof ROWS> = {colour: 'blue', backlog: 5}
    // @ts-expect-error no such colour
    const wrong: SettingsOf<typeof ROWS> = {colour: 'green', licence: ''}
    // @ts-expect-error it has a default, so it is always there
    const less: SettingsOf<typeof ROWS> = {licence: ''}
    assert.ok([settings, values, wrong, less].every(Boolean))
  })

  it('is in the lab file, checked, in its own words', () => {
    const labFile = parse('colour: blue\nports: {backlog: 7}\ncomponents: {gateway: {swap: 1g}}')
    assert.deepEqual(labFile, {colour: 'blue', backlog: 7, components: {gateway: {swapMb: 1024}}, files: []})
    const wrong = (text: string, message: string) =>
      assert.throws(
        () => parse(text),
        (error: unknown) => error instanceof LabError && error.message === `apim-lab.yaml:${message}`,
      )
    wrong('colour: green', '1:9: colour: expected red or blue, got "green"')
    wrong('color: red', '1:1: unknown key color; did you mean colour')
    wrong('ports: {x: 1}', '1:9: unknown key x; known here: address, offset, public, backlog')
    wrong('gateway: {swap: 1g}', '1:11: unknown key swap; did you mean components.gateway.swap')
    assert.throws(() => parse('licence: x'), /1:1: unknown key licence; known here: .*, colour, components, nodes$/)
  })

  it('is in the JSON Schema', () => {
    const text = JSON.stringify(labFileJsonSchema(['gateway'], table))
    assert.ok(
      text.includes('"colour":{"type":"string","enum":["red","blue"],"description":"Colour of the lab. Default: red"}'),
    )
    assert.ok(text.includes(`"description":"Connections that wait. Default: the system's own"`))
    assert.ok(text.includes('"description":"Swap of each node. Default: none"'))
    assert.ok(!text.includes('licence'))
  })

  it('is in the sample, which still parses', () => {
    const sample = sampleLabFile({lab: 'demo'}, table)
    assert.ok(sample.includes('\n\n## Colour of the lab. Default: red\n# colour: red\n\n'))
    assert.match(sample, /^## {3}backlog {2}Connections that wait\. Default: the system's own$/m)
    assert.match(sample, /^# {3}backlog: 10$/m)
    assert.match(sample, /^# {5}swap: 64m$/m)
    const {components} = parse(sample.replace(/^# /gm, ''))
    assert.equal((components?.['gateway'] as {swapMb?: number}).swapMb, 64)
  })

  it('is a flag, checked as the lab file is', async () => {
    assert.deepEqual(await flags('--colour', 'blue', '--backlog', '7', '--licence', 'l.txt'), {
      colour: 'blue',
      backlog: 7,
      licence: absolute('l.txt'),
    })
    await assert.rejects(flags('--colour', 'green'), (error: unknown) => {
      assert.ok(isUsage(error))
      assert.equal(usageError(error, 'up', []).message, '--colour: expected red or blue, got "green"')
      return true
    })
    await assert.rejects(flags('--backlog', '100'), /less than or equal to 99/)
    const {colour, backlog, licence} = flagsOf(table) as unknown as Record<string, {summary?: string; type: string}>
    assert.deepEqual(
      [colour, backlog, licence].map(flag => flag?.summary),
      ['Colour of the lab.', 'Connections that wait.', 'File with the licence.'],
    )
  })

  it('comes from flag, lab file, kept settings or default, and says which', () => {
    assert.equal(own(resolve({}).settings).colour, 'red')
    const {settings, sources} = resolve({flags: {backlog: 3}, labFile: {backlog: 4, colour: 'blue'}})
    assert.equal(own(settings).backlog, 3)
    assert.deepEqual([sources['backlog'], sources['colour'], sources['licence']], ['flag', 'lab file', 'default'])
  })

  it('is kept, checked, and told', () => {
    const asked = resolve({flags: {colour: 'blue'}, labFile: {components: {gateway: {swapMb: 64}}}})
    const kept = parseKept(keptJson(asked.settings), table)
    assert.deepEqual(kept, asked.settings)
    assert.deepEqual(resolve({kept}).kept, [
      'colour blue (kept; --reset forgets it)',
      'components.gateway.swapMb 64 (kept; --reset forgets it)',
    ])
    assert.throws(() => parseKept('{"version": 1, "colour": "green"}', table), /colour: expected red or blue/)
  })

  it('can say that it belongs to the databases', () => {
    assert.deepEqual(
      storedSettings(table.lab).filter(({key}) => !Object.hasOwn(LAB_SETTINGS, key)),
      [{key: 'colour', why: 'it is painted there'}],
    )
  })
})
