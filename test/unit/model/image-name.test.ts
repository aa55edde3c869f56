import assert from 'node:assert/strict'
import {digestOf, registryOf, repositoryOf, shortDigest} from '../../../src/model/image-name.js'

describe('names of images', () => {
  for (const [image, registry, repository] of [
    ['mysql:8.0', 'docker.io', 'mysql'],
    ['wso2/wso2am:3.2.0', 'docker.io', 'wso2/wso2am'],
    ['docker.wso2.com/wso2am:3.2.0.9', 'docker.wso2.com', 'docker.wso2.com/wso2am'],
    ['localhost/a', 'localhost', 'localhost/a'],
    ['127.0.0.1:5000/a/b', '127.0.0.1:5000', '127.0.0.1:5000/a/b'],
    ['127.0.0.1:5000/a/b:1@sha256:ff', '127.0.0.1:5000', '127.0.0.1:5000/a/b'],
  ] as const)
    it(image, () => assert.deepEqual([registryOf(image), repositoryOf(image)], [registry, repository]))

  it('have the digest of their own registry', () => {
    const digests = ['far.test/a@sha256:11', 'a@sha256:22']
    assert.equal(digestOf('a:1', digests), 'sha256:22')
    assert.equal(digestOf('far.test/a:1', digests), 'sha256:11')
    assert.equal(digestOf('b:1', digests), undefined)
  })

  it('have digests that people can compare', () => assert.equal(shortDigest('sha256:0123456789abcdef'), '0123456789ab'))
})
