import assert from 'node:assert/strict'
import type {LabSettings} from '../../../src/model/settings.js'
import {schemaOwner} from '../../../src/render/compose-view.js'
import {seedRecipe} from '../../../src/render/seed.js'
import {templates, topology} from '../../support/lab.js'

const TEMPLATES = templates()

function recipe(changes: Partial<LabSettings> = {}, ids: Readonly<Record<string, string>> = {}) {
  const lab = topology(changes)
  const names = [lab.settings.mysqlImage, schemaOwner(lab).image]
  return seedRecipe(
    lab,
    TEMPLATES,
    new Map([...names.map(name => [name, `id of ${name}`] as const), ...Object.entries(ids)]),
  )!
}

const hash = (...args: Parameters<typeof recipe>) => recipe(...args).hash

describe('the recipe of a seed', () => {
  it('is the same for every lab of the same databases, whatever its nodes and ports are', () => {
    const other = {lab: 'other', portOffset: 100, analytics: false, components: {gateway: {replicas: 2}}}
    assert.deepEqual(recipe(other), recipe())
  })

  it('is another for all that makes other databases', () => {
    const [first] = [recipe()]
    const others = [
      hash({mysqlCharset: 'utf8mb4'}),
      hash({mysqlCollation: 'latin1_bin'}),
      hash({mysqlSqlMode: ''}),
      hash({mysqlConfig: {path: '/my.cnf', content: '[mysqld]\n', sha256: 'x'}} as Partial<LabSettings>),
      hash({}, {[topology().settings.mysqlImage]: 'another MySQL'}),
      hash({}, {[schemaOwner(topology()).image]: 'other scripts'}),
      hash({release: '3.2.0'}),
    ]
    assert.equal(new Set([first.hash, ...others]).size, others.length + 1)
  })

  it('takes the scripts of all databases of the release out of its own image', () => {
    const {scripts, name, hash: whole} = recipe({release: '3.2.0'})
    assert.equal(scripts.image, 'wso2/wso2am:3.2.0')
    assert.ok(scripts.paths.some(path => path.endsWith('/dbscripts/apimgt/mysql.sql')))
    assert.equal(name, `apim-lab-seed-${whole.slice(0, 12)}`)
  })

  it('is none where an image is not known', () => assert.equal(seedRecipe(topology(), TEMPLATES, new Map()), undefined))
})
