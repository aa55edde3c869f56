import assert from 'node:assert/strict'
import {parseAddress} from '../../src/mini/config/address.js'
import {parseH2Url, parseMysqlUrl} from '../../src/mini/config/jdbc.js'

describe('mini: JDBC URLs', () => {
  const good: [string, unknown][] = [
    ['jdbc:mysql://mysql:3306/apimgtdb', {host: 'mysql', port: 3306, database: 'apimgtdb'}],
    ['jdbc:mysql://mysql/apimgtdb', {host: 'mysql', port: 3306, database: 'apimgtdb'}],
    ['jdbc:mysql://m:3307/a?useSSL=false&amp;requireSSL=false', {host: 'm', port: 3307, database: 'a'}],
    ['jdbc:mysql://m:3307/a?useSSL=false&allowPublicKeyRetrieval=true', {host: 'm', port: 3307, database: 'a'}],
    ['jdbc:mysql://[::1]:3307/a', {host: '::1', port: 3307, database: 'a'}],
  ]
  for (const [url, expected] of good) it(url, () => assert.deepEqual(parseMysqlUrl(url), expected))

  const bad: [string, RegExp][] = [
    ['', /no jdbc:mysql URL/],
    ['mysql://m/a', /no jdbc:mysql URL/],
    ['jdbc:h2:./x', /no jdbc:mysql URL/],
    ['jdbc:mysql://m:3306/', /without a database/],
    ['jdbc:mysql://m:3306', /no jdbc:mysql URL/],
    ['jdbc:mysql://root:pw@m:3306/a', /server is not host:port/],
    ['jdbc:mysql://m:99999/a', /port 99999/],
    ['jdbc:mysql://m/a?x=1&amp;useSSL=true', /useSSL=true, but mini speaks to MySQL without TLS/],
    ['jdbc:mysql://m/a?sslMode=VERIFY_CA', /sslMode=VERIFY_CA/],
  ]
  for (const [url, expected] of bad) {
    it(`refuses "${url}"`, () => {
      assert.throws(() => parseMysqlUrl(url), expected)
      assert.throws(
        () => parseMysqlUrl(url),
        (error: Error) => !error.message.includes('pw'),
      )
    })
  }

  it('finds the file of an embedded database', () => {
    assert.equal(parseH2Url('jdbc:h2:./repository/database/X;DB_CLOSE_ON_EXIT=FALSE'), './repository/database/X')
    assert.equal(parseH2Url('jdbc:h2:/home/wso2carbon/solr/database/X'), '/home/wso2carbon/solr/database/X')
    for (const url of ['jdbc:h2:tcp://h/x', 'jdbc:h2:mem:x', 'jdbc:h2:', 'jdbc:mysql://m/a']) {
      assert.throws(() => parseH2Url(url), /no jdbc:h2 URL of a file/, url)
    }
  })
})

describe('mini: addresses of peers', () => {
  it('reads every form', () => {
    assert.deepEqual(parseAddress('https://km:9443/services/', 'https'), {
      host: 'km',
      port: 9443,
      text: 'https://km:9443/services/',
    })
    assert.equal(parseAddress('https://km/oauth2', 'https').port, 443)
    assert.equal(parseAddress('worker:9444', 'https').port, 9444)
    assert.equal(parseAddress('worker:443', 'https').port, 443)
    assert.equal(parseAddress('tcp://tm:9611', 'tcp').host, 'tm')
    assert.equal(parseAddress('ssl://tm:9711', 'tls').port, 9711)
  })

  it('never shows credentials', () => {
    assert.equal(parseAddress('https://admin:pw@km:9443/x', 'https').text, 'https://km:9443/x')
    assert.throws(
      () => parseAddress('tcp://admin:pw@km:9443/x', 'tls'),
      (error: Error) => !error.message.includes('pw'),
    )
  })

  it('refuses what is no address of the kind', () => {
    assert.throws(() => parseAddress('http://km:9443', 'https'), /not https:\/\/host:port/)
    assert.throws(() => parseAddress('tcp://tm:9711', 'tls'), /not ssl:\/\/host:port/)
    assert.throws(() => parseAddress('tcp://tm', 'tcp'), /without a port/)
    assert.throws(() => parseAddress('tcp://:9611', 'tcp'), /host|no URL/)
    assert.throws(() => parseAddress('worker', 'https'), /without a port/)
    assert.throws(() => parseAddress('a b', 'https'), /no URL/)
    assert.throws(() => parseAddress('tcp://tm:99999', 'tcp'), /no URL/)
  })
})
