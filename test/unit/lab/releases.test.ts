import assert from 'node:assert/strict'
import {LabError} from '../../../src/errors.js'
import {releases} from '../../../src/lab/releases.js'
import {allReleases} from '../../../src/model/releases/index.js'

describe('the list of releases', () => {
  const list = () =>
    releases({releases: allReleases('0.0.0'), engine: () => Promise.reject(new LabError('engine-unreachable', 'none'))})

  it('needs no engine', async () => {
    for (const {images} of await list()) assert.ok(images.every(({presence}) => presence === 'unknown'))
  })

  it('says what was never done with each', async () => {
    const notes = Object.fromEntries((await list()).map(({name, unconfirmed}) => [name, unconfirmed]))
    assert.equal(notes['mini'], null)
    assert.match(notes['3.2.1'] ?? '', /^bring your own image, unconfirmed/)
    for (const name of ['3.0.0', '3.1.0', '3.2.0']) assert.match(notes[name] ?? '', /never run by us on WSO2's images/)
  })

  it('says when each came out, and that its end is not known', async () => {
    const all = Object.fromEntries((await list()).map(release => [release.name, release]))
    assert.deepEqual(
      [all['4.7.0']?.released, all['3.2.1']?.released, all['mini']?.released],
      ['2026-04-23', null, null],
    )
    assert.ok(Object.values(all).every(({endOfLife}) => endOfLife === null))
  })

  it('names the images of each, those of another release where it has none of its own', async () => {
    const images = Object.fromEntries((await list()).map(({name, images}) => [name, images.map(({image}) => image)]))
    assert.deepEqual(images['3.0.0'], [
      'wso2/wso2am:3.0.0',
      'wso2/wso2am-analytics-worker:3.0.0',
      'wso2/wso2am-analytics-dashboard:3.0.0',
    ])
    assert.deepEqual(images['3.2.1'], [
      'wso2/wso2am:3.2.1',
      'wso2/wso2am-analytics-worker:3.2.0',
      'wso2/wso2am-analytics-dashboard:3.2.0',
    ])
  })
})
