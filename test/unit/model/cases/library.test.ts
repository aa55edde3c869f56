import assert from 'node:assert/strict'
import {readdirSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {buildTopology} from '../../../../src/model/build-topology.js'
import {parseCase} from '../../../../src/model/cases/parse-case.js'
import {whatItRuns} from '../../../../src/model/cases/what-it-runs.js'
import {labFileOf} from '../../../../src/model/lab-file/lab-file.js'
import {findRelease} from '../../../../src/model/releases/index.js'
import {mistakesWith} from '../../../../src/lab/cases/check-case.js'
import {knownComponents} from '../../../../src/lab/resolve/load-settings.js'
import {RELEASES, ROOT, settings} from '../../../support/lab.js'

const FOLDER = join(ROOT, 'cases')

describe('the library of cases', () => {
  const files = readdirSync(FOLDER)

  it('has twelve at least', () => assert.ok(files.length >= 12))

  for (const file of files)
    it(`${file} has no mistakes, a title and a source`, () => {
      const one = parseCase(readFileSync(join(FOLDER, file), 'utf8'), file, {components: knownComponents(RELEASES)})
      assert.equal(`${one.name}.yaml`, file)
      assert.ok(one.title && one.about && one.source?.length)
      const release = String(one.lab?.['release'])
      assert.ok(release === 'mini' || one.neverRun, 'what was never run says so')
      const topology = buildTopology(settings({...labFileOf(one.lab ?? {}), release}), findRelease(release, RELEASES))
      assert.deepEqual(mistakesWith(one, topology), [])
      if (release === 'mini') assert.deepEqual(whatItRuns(one), [])
    })
})
