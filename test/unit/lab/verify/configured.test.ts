import assert from 'node:assert/strict'
import type {ClientFile} from '../../../../src/lab/links/client-files.js'
import {parseConfig} from '../../../../src/lab/links/parse-config.js'
import {configuredIn} from '../../../../src/lab/verify/configured.js'
import {rulesOf} from '../../../../src/model/release.js'
import {allReleases} from '../../../../src/model/releases/index.js'
import {placeOf} from '../../../../src/model/services.js'
import {rendered, topology, VERSION} from '../../../support/lab.js'

const HOST = 'gateway.apim.localhost'
const WALKED = allReleases(VERSION).filter(({walk}) => walk)

/** What a walk takes from a publisher's file of this release. */
function read(release: string, text: string) {
  const lab = topology({release})
  const {spec} = placeOf('publisher-api', lab)!.nodes[0]
  const file: ClientFile = {path: 'deployment.toml', ...parseConfig(text, 'toml', rulesOf(spec, lab.release))}
  return configuredIn([file], lab.release.walk!, HOST)
}

describe('what a walk takes from the files of a lab', () => {
  for (const {name: release} of WALKED)
    it(`is what ${release} renders: an environment whose virtual host clients call`, () => {
      const changes = {release, components: {gateway: {replicas: 2}}}
      const node = placeOf('publisher-api', topology(changes))!.nodes[0]
      const path = `config/${node.name}/repository/conf/deployment.toml`
      const {content} = rendered(changes).files.find(file => file.path === path)!
      const {admin, environments} = read(release, String(content))
      assert.deepEqual(admin, {username: 'admin', password: 'admin'})
      const [first, ...others] = environments.map(({name}) => name)
      assert.equal(first, topology({release}).release.walk!.config.usualEnvironment)
      // APIs are pushed to each gateway, as an environment of its own, or fetched by all of one.
      assert.deepEqual(others, first === 'Default' ? [] : ['gateway-2'])
      assert.deepEqual([...new Set(environments.map(({vhost}) => vhost))], [HOST])
    })

  it('is what production calls it', () => {
    const text = [
      '[super_admin]\nusername = "root"\npassword = "p@ss"',
      '[[apim.gateway.environment]]\nname = "Public"\nhttps_endpoint = "https://api.example.com:8243"',
      '[[apim.gateway.environment]]\nname = "Partners"',
    ].join('\n')
    assert.deepEqual(read('3.2.0', text), {
      admin: {username: 'root', password: 'p@ss'},
      environments: [
        {name: 'Public', vhost: 'api.example.com'},
        {name: 'Partners', vhost: HOST},
      ],
    })
  })

  it('is the usual where the file has none, or one that only the node can resolve', () => {
    for (const text of ['', '[super_admin]\nusername = "admin"\npassword = "$env{ADMIN_PASSWORD}"', 'no TOML'])
      assert.deepEqual(read('4.2.0', text), {
        admin: {username: 'admin', password: 'admin'},
        environments: [{name: 'Default', vhost: HOST}],
      })
  })
})
