import assert from 'node:assert/strict'
import {LabError} from '../../../src/errors.js'
import {rulesOf} from '../../../src/model/release.js'
import {schemaOwner} from '../../../src/render/compose-view.js'
import {topology} from '../../support/lab.js'

const mixed = (component: string, release: string, lab = '3.2.0') =>
  topology({release: lab, imageTag: lab === '3.2.0' ? '3.2.0.14' : '', components: {[component]: {release}}})

const refused = (code: string, message: RegExp) => (error: unknown) =>
  error instanceof LabError && error.code === code && message.test(error.message)

describe('a component of another release', () => {
  it('has its image, home, stop script and template; the others keep theirs', () => {
    const {nodes} = mixed('gateway', '3.1.0')
    const [gateway, publisher] = ['gateway-1', 'publisher-1'].map(name => nodes.find(node => node.name === name)!)
    assert.equal(gateway?.image, 'wso2/wso2am:3.1.0')
    assert.equal(gateway?.spec.home, '/home/wso2carbon/wso2am-3.1.0')
    assert.match(gateway?.spec.stopCommand?.join(' ') ?? '', /wso2am-3\.1\.0/)
    assert.match(gateway?.spec.config[0]?.template ?? '', /gateway\/3\.1\//)
    assert.equal(publisher?.image, 'wso2/wso2am:3.2.0.14')
  })

  it('has its file read by the rules of its own release', () => {
    const lab = mixed('gateway', '3.0.0')
    const keys = (name: string) => rulesOf(lab.nodes.find(node => node.name === name)!.spec, lab.release).keys
    assert.deepEqual([keys('gateway-1'), keys('publisher-1')], ['3.0.0', '3.2.0'])
  })

  it('calls whom its own release calls', () => {
    const called = (lab: ReturnType<typeof mixed>) =>
      lab.links.filter(({client, use}) => client === 'gateway' && use === 'used').map(({source}) => source)
    assert.deepEqual(called(mixed('gateway', '3.1.0')), called(topology({release: '3.1.0'})))
  })

  it("leaves the schema to the lab's own image, as an image of the component's does", () => {
    const home = '/home/wso2carbon/wso2am-3.2.0'
    assert.deepEqual(schemaOwner(mixed('key-manager', '3.1.0')), {
      image: 'wso2/wso2am:3.2.0.14',
      platform: 'linux/amd64',
      home,
    })
    const own = topology({release: '3.2.0', components: {'key-manager': {image: 'mine:1'}}})
    assert.equal(schemaOwner(own).image, 'wso2/wso2am:3.2.0')
  })

  it('keeps what its own release needs: a gateway of 4.6.0 has shareddb, one of 4.7.0 has none', () => {
    const databases = (lab: ReturnType<typeof mixed>) =>
      lab.nodes.find(({name}) => name === 'gateway-1')?.databases.map(({database}) => database)
    assert.deepEqual(databases(mixed('gateway', '4.6.0', '4.7.0')), ['shareddb'])
    assert.deepEqual(databases(topology({release: '4.7.0'})), [])
  })

  it('is refused where it does not fit', () => {
    assert.throws(
      () => mixed('gateway', '3.2.0', '4.7.0'),
      refused(
        'usage-invalid',
        /gateway\.release 3\.2\.0: it would not know the others: 3\.2\.0 has devportal, gateway/,
      ),
    )
    assert.throws(() => mixed('gateway', '9.9.9'), refused('release-unknown', /9\.9\.9/))
    assert.throws(
      () => mixed('gateway', 'mini'),
      refused('usage-invalid', /gateway\.release mini: it can't run in a lab/),
    )
    assert.throws(
      () => mixed('broker', '3.1.0'),
      refused('usage-invalid', /3\.1\.0 has no component|no component broker/),
    )
  })
})
