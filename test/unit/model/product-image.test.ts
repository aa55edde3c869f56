import assert from 'node:assert/strict'
import {imageOf} from '../../../src/model/product-image.js'
import type {ComponentSpec} from '../../../src/model/release.js'
import {settings, topology} from '../../support/lab.js'

const {release} = topology({release: '3.2.0'})
const gateway = release.components.find(({name}) => name === 'gateway')!
const image = (changes: Parameters<typeof settings>[0], spec: ComponentSpec = gateway) =>
  imageOf(spec, release, settings({release: '3.2.0', ...changes}))

describe('the image of a component', () => {
  it("is the release's own", () => assert.equal(image({}), 'wso2/wso2am:3.2.0'))

  it('has the registry, the tag and the variant that were asked for', () => {
    assert.equal(image({imageRegistry: 'docker.wso2.com'}), 'docker.wso2.com/wso2am:3.2.0')
    assert.equal(image({imageRegistry: 'reg.example.com:5000/mirror'}), 'reg.example.com:5000/mirror/wso2am:3.2.0')
    assert.equal(image({imageTag: '3.2.0.14', imageSuffix: '-alpine'}), 'wso2/wso2am:3.2.0.14-alpine')
  })

  it("has the names of WSO2's registry for subscribers", () => {
    const acp = topology({release: '4.7.0'}).release.components.find(({name}) => name === 'control-plane')!
    const asked = {imageRegistry: 'registry.wso2.com/wso2-apim', imageTag: '4.7.0.3'}
    assert.equal(image(asked, acp), 'registry.wso2.com/wso2-apim/am-acp:4.7.0.3')
    assert.equal(image({imageRegistry: 'docker.wso2.com'}, acp), 'docker.wso2.com/wso2am-acp:4.7.0')
  })

  it('is told from a port of its registry, and keeps a digest', () => {
    const digest = `wso2/wso2am@sha256:${'a'.repeat(64)}`
    const of = (name: string, changes: Parameters<typeof settings>[0]) => image(changes, {...gateway, image: name})
    assert.equal(of('localhost:5000/wso2am:3.2.0', {}), 'localhost:5000/wso2am:3.2.0')
    assert.equal(of('localhost:5000/a/wso2am:3.2.0', {imageTag: '3.2.0.14'}), 'localhost:5000/a/wso2am:3.2.0.14')
    assert.equal(of('localhost:5000/wso2am', {imageRegistry: 'reg.example.com'}), 'reg.example.com/wso2am')
    assert.equal(of(digest, {imageTag: '3.2.0.14'}), digest)
  })

  it("is a component's own before all", () =>
    assert.equal(image({imageRegistry: 'docker.wso2.com', components: {gateway: {image: 'mine:1'}}}), 'mine:1'))

  it('of the built-in release never comes from another registry', () => {
    const mini = topology()
    const [first] = mini.release.components
    assert.equal(imageOf(first!, mini.release, settings({imageRegistry: 'docker.wso2.com'})), first!.image)
  })
})
