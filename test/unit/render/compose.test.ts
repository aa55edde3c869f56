import assert from 'node:assert/strict'
import {readFileSync} from 'node:fs'
import {parseCompose} from '../../../src/render/compose.js'

const RENDERED = readFileSync('test/golden/expected/mini/defaults/compose.yaml', 'utf8')

describe('parseCompose', () => {
  it('gives containers no new privileges, in the form that Docker has not deprecated', () => {
    for (const service of Object.values(parseCompose(RENDERED).services))
      assert.deepEqual(service.security_opt, ['no-new-privileges=true'])
  })

  it('still reads the file of a lab or snapshot that an older version rendered', () => {
    const older = RENDERED.replaceAll('no-new-privileges=true', 'no-new-privileges:true')
    assert.notEqual(older, RENDERED)
    assert.ok(Object.keys(parseCompose(older).services).length > 5)
  })

  it('refuses containers that may get new privileges', () => {
    assert.throws(() => parseCompose(RENDERED.replaceAll('no-new-privileges=true', 'no-new-privileges=false')))
  })
})
