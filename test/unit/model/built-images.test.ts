import assert from 'node:assert/strict'
import {builtNames, type BuiltImage} from '../../../src/model/built-images.js'
import {builtImageName} from '../../../src/model/distribution.js'
import {imageOf} from '../../../src/model/product-image.js'
import {settings, topology} from '../../support/lab.js'

const APIM = 'wso2/wso2am:3.2.0'
const built = (name: string, created: number, updateLevel: string, sha256: string): BuiltImage => ({
  name,
  created,
  updateLevel,
  sha256,
  standsFor: APIM,
  distribution: 'wso2am-3.2.0',
})
const ALL = [
  built('old', 1, '10', 'aaaaaaaaaa'),
  built('new', 3, '12', 'bbbbbbbbbb'),
  built('middle', 2, '12', 'cccccccccc'),
]
const meant = (build: string) => builtNames([APIM, 'other/image:1'], ALL, build)[APIM]

describe('images that were built here', () => {
  it('are meant by age, update level or checksum', () => {
    assert.deepEqual(['newest', '10', '12', 'ccccccc', 'ccc', '11'].map(meant), [
      'new',
      'old',
      'new',
      'middle',
      undefined,
      undefined,
    ])
  })

  it("stand for the release's, and a component's own setting for both", () => {
    const {release} = topology({release: '3.2.0'})
    const spec = release.components.find(({image}) => image === APIM)!
    const imageNames = {[APIM]: 'apim-lab/wso2am:3.2.0-12-bbbbbbbbbbbb'}
    assert.equal(imageOf(spec, release, settings({imageNames})), imageNames[APIM])
    const components = {[spec.name]: {image: 'own:1'}}
    assert.equal(imageOf(spec, release, settings({imageNames, components})), 'own:1')
  })

  it('are named by version, update level and checksum', () => {
    const [apim, analytics] = topology({release: '3.2.0'}).release.distributions
    const of = {updateLevel: '12', sha256: '0123456789abcdef'}
    assert.equal(builtImageName(apim!, apim!.runtimes[0]!, of), 'apim-lab/wso2am:3.2.0-12-0123456789ab')
    assert.equal(
      builtImageName(analytics!, analytics!.runtimes[1]!, of),
      'apim-lab/wso2am-analytics-dashboard:3.2.0-12-0123456789ab',
    )
  })
})
