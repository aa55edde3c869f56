import assert from 'node:assert/strict'
import {folderName, identityOf} from '../../../src/model/distribution.js'
import {bundlesIn, isOutside, leadsOut, missingBundles, updateLevel} from '../../../src/model/distribution-checks.js'

const INFO = 'repository/components/default/configuration/org.eclipse.equinox.simpleconfigurator/bundles.info'
const LINES = `#encoding=UTF-8\r\n#version=1\r\na,1.0.0,../plugins/a_1.0.0.jar,4,true\nb,2.0.0,file:../plugins/b%202.jar,4,true\n\nc,1,/abs/c.jar,4,true\n`

describe('what a distribution is checked for', () => {
  it('paths that leave the folder', () => {
    for (const path of ['', '../x', 'a/../../x', '/etc/passwd', 'C:/x', 'a\0b', 'a/..'])
      assert.ok(isOutside(path), path)
    for (const path of ['a', 'a/b..c', '..a/b', 'a/...']) assert.ok(!isOutside(path), path)
  })

  it('links that lead out', () => {
    assert.ok(leadsOut('a/b', '../../x'))
    assert.ok(leadsOut('a', '/etc'))
    assert.ok(leadsOut('a', ''))
    assert.ok(!leadsOut('a/b', '../x'))
    assert.ok(!leadsOut('a/b', 'c/../d'))
  })

  it('bundles that bundles.info names and that are not there', () => {
    assert.deepEqual(bundlesIn(INFO, LINES), [
      'repository/components/plugins/a_1.0.0.jar',
      'repository/components/plugins/b 2.jar',
    ])
    const paths = new Set(['repository/components/plugins/a_1.0.0.jar'])
    assert.deepEqual(missingBundles(new Map([[INFO, LINES]]), paths), ['repository/components/plugins/b 2.jar'])
  })

  it('the product and its version', () => {
    assert.deepEqual(identityOf('wso2am-3.2.0\n'), {product: 'wso2am', version: '3.2.0'})
    assert.deepEqual(identityOf('wso2am-universal-gw-4.5.0'), {product: 'wso2am-universal-gw', version: '4.5.0'})
    assert.equal(identityOf('apim'), undefined)
    assert.equal(folderName({product: 'wso2am-acp', version: '4.5.0'}), 'wso2am-acp-4.5.0')
  })

  it('the update level', () => {
    assert.equal(updateLevel([], undefined), 'none')
    assert.equal(updateLevel([], 'no JSON'), 'none')
    assert.equal(updateLevel([], '{"update-level":"12"}'), '12')
    assert.equal(updateLevel([], '{"a":{"updateLevel":7}}'), '7')
    assert.equal(updateLevel([], '{"update-level":"../x"}'), 'none')
    assert.equal(
      updateLevel(['updates/wum/1600000000000/x', 'updates/wum/1612345678901.txt'], undefined),
      '1612345678901',
    )
  })
})
