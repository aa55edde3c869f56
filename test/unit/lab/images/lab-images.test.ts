import assert from 'node:assert/strict'
import type {ImageFacts} from '../../../../src/engine/engine-images.js'
import {withActualPlatforms} from '../../../../src/lab/images/check-architectures.js'
import {labImages, namedHere} from '../../../../src/lab/images/lab-images.js'
import {topology, VERSION} from '../../../support/lab.js'

const OWN = (image: string) => `apim-lab/${image}:${VERSION}`
const DEFAULTED = {mysqlImage: 'default', loadBalancerImage: 'default'} as const

describe('images of a lab', () => {
  it('are its nodes and the helper, each once', () => {
    const images = labImages(topology({release: '3.2.0'}), DEFAULTED, VERSION)
    assert.deepEqual(
      images.map(({name, origin, platform}) => [name, origin, platform]),
      [
        ['wso2/wso2am:3.2.0', 'pull', 'linux/amd64'],
        ['wso2/wso2am-analytics-worker:3.2.0', 'pull', 'linux/amd64'],
        ['wso2/wso2am-analytics-dashboard:3.2.0', 'pull', 'linux/amd64'],
        ['mysql:8.0', 'pull-or-build', undefined],
        ['nginx:1.28', 'pull-or-build', undefined],
        [OWN('mini'), 'build', undefined],
      ],
    )
  })

  it('are not replaced where they were named', () => {
    const images = labImages(topology({mysqlImage: 'mysql:8.4'}), {...DEFAULTED, mysqlImage: 'lab file'}, VERSION)
    assert.equal(images.find(({name}) => name === 'mysql:8.4')?.origin, 'pull')
  })

  it('hold the schema scripts although their component has no node', () => {
    const components = Object.fromEntries(topology().release.components.map(({name}) => [name, {replicas: 0}]))
    const images = labImages(topology({release: '3.2.0', components}), DEFAULTED, VERSION)
    assert.deepEqual(images.find(({components: own}) => own.includes('schema'))?.name, 'wso2/wso2am:3.2.0')
  })

  it('are ours in place of official ones that nobody named and that are not here', () => {
    const named = (here: readonly string[], sources: Parameters<typeof namedHere>[0]['sources'] = DEFAULTED) =>
      namedHere({topology: topology(), sources, version: VERSION, here: new Set(here)}).mysqlImage
    assert.equal(named([]), 'mysql:8.0')
    assert.equal(named([OWN('mysql')]), OWN('mysql'))
    assert.equal(named([OWN('mysql'), 'mysql:8.0']), 'mysql:8.0')
    assert.equal(named([OWN('mysql')], {...DEFAULTED, mysqlImage: 'lab file'}), 'mysql:8.0')
  })

  it('of an older version of ours are those of this one', () =>
    assert.equal(
      namedHere({
        topology: topology({mysqlImage: 'apim-lab/mysql:0.0.1'}),
        sources: {...DEFAULTED, mysqlImage: 'kept'},
        version: VERSION,
        here: new Set(),
      }).mysqlImage,
      OWN('mysql'),
    ))

  it('have the platform that they really have', () => {
    const {release, settings: own} = topology({release: '3.2.0'})
    const facts = (platform: string) =>
      new Map<string, ImageFacts>([['wso2/wso2am:3.2.0', {id: 'sha256:1', sizeBytes: 1, platform}]])
    const platforms = (platform: string) => [
      ...new Set(withActualPlatforms(release, own, facts(platform)).components.map(spec => spec.platform)),
    ]
    assert.deepEqual(platforms('linux/amd64'), ['linux/amd64'])
    assert.deepEqual(platforms('linux/arm64'), ['linux/arm64', 'linux/amd64'])
  })
})
