import assert from 'node:assert/strict'
import {readFileSync, writeFileSync} from 'node:fs'
import {fileURLToPath} from 'node:url'
import {format, resolveConfig} from 'prettier'
import {parse as parseYaml} from 'yaml'
import * as z from 'zod'
import {labFileJsonSchema} from '../../../../src/model/lab-file/json-schema.js'
import {sampleLabFile} from '../../../../src/model/lab-file/sample.js'
import {allReleases} from '../../../../src/model/releases/index.js'

const FILE = fileURLToPath(new URL('../../../../templates/apim-lab.schema.json', import.meta.url))

const components = [
  ...new Set(allReleases('0.0.0').flatMap(release => release.components.map(({name}) => name))),
].sort()
const schema = labFileJsonSchema(components)

describe('the JSON Schema of the lab file', () => {
  it('is the one in templates/ (UPDATE_GOLDEN=1 writes it)', async () => {
    const text = await format(JSON.stringify(schema), {...(await resolveConfig(FILE)), parser: 'json'})
    if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(FILE, text)
    assert.equal(readFileSync(FILE, 'utf8'), text)
  })

  it('has a title, and a description for every key', () => {
    const {$schema, title} = schema as {$schema?: unknown; title?: unknown}
    assert.equal($schema, 'http://json-schema.org/draft-07/schema#')
    assert.equal(title, 'apim-lab.yaml')
    const bare: string[] = []
    const walk = (value: unknown, path: string): void => {
      if (typeof value !== 'object' || value === null) return
      for (const [key, own] of Object.entries((value as {properties?: object}).properties ?? {})) {
        if (!(own as {description?: string}).description) bare.push(`${path}.${key}`)
      }
      for (const [key, inner] of Object.entries(value)) walk(inner, `${path}.${key}`)
    }
    walk(schema, '')
    assert.deepEqual(bare, [])
  })

  const validator = z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0])
  const accepts = (text: string) => validator.safeParse(parseYaml(text)).success

  it('accepts what the lab file accepts', () => {
    assert.ok(accepts(sampleLabFile({lab: 'demo'})))
    assert.ok(accepts(sampleLabFile({lab: 'demo'}).replace(/^# /gm, '')))
    assert.ok(accepts('components:\nports:\n'))
    for (const component of components) assert.ok(accepts(`components: {${component}: {replicas: 2}}`), component)
  })

  const wrong = [
    ...['gatway: {}', 'analytics: yes', 'ports: {offset: -1}', 'ports: {address: localhost}', 'mysql: {image: a b}'],
    ...['components: {gatway: {}}', 'components: {gateway: {replicas: two}}', 'components: {gateway: {overlay: ../x}}'],
  ]
  for (const text of wrong) it(`refuses ${text}`, () => assert.ok(!accepts(text)))
})
