import assert from 'node:assert/strict'
import {parse} from 'smol-toml'
import type {LabSettings} from '../../../src/model/settings.js'
import {LabError} from '../../../src/errors.js'
import {renderLab} from '../../../src/render/render.js'
import {secrets, templates, TLS, topology} from '../../support/lab.js'

const DRIVER = {file: 'driver.jar', sha256: 'abc'}
const DRIVER_FILE = `./artifacts/driver/${DRIVER.file}`

function lab(changes: Partial<LabSettings> = {}, driver: typeof DRIVER | undefined = undefined) {
  const of = topology({release: '3.2.0', ...changes})
  const input = {topology: of, templates: templates(), secrets: secrets(of), tls: TLS, folder: '/labs/apim'}
  const {files, project} = renderLab({...input, ...(driver && {driver})})
  const text = (path: string) => String(files.find(file => file.path === path)?.content ?? '')
  return {paths: files.map(({path}) => path), service: (name: string) => project.services[name]!, project, text}
}

const gatewayToml = 'config/gateway-1/repository/conf/deployment.toml'

describe("a lab of one of WSO2's own releases", () => {
  it("has the product's own certificates where they are asked for", () => {
    const {paths, text} = lab({tls: 'product'})
    assert.ok(!paths.some(path => /\.jks$/.test(path)))
    const {keystore} = parse(text(gatewayToml)) as {keystore: {tls: Record<string, string>}}
    assert.equal(keystore.tls['password'], 'wso2carbon')
    assert.match(text('config/load-balancer/nginx.conf'), /proxy_ssl_verify off;/)
    assert.match(lab().text('config/load-balancer/nginx.conf'), /proxy_ssl_verify on;/)
  })

  it('which the built-in release does not have', () =>
    assert.throws(
      () => topology({tls: 'product'}),
      (error: unknown) => error instanceof LabError && error.code === 'usage-invalid',
    ))

  it('gives the driver to those that have a database, and no one is recreated for the same driver', () => {
    const mounts = (name: string, of = lab({}, DRIVER)) =>
      of.service(name).volumes?.filter(({source}) => source === DRIVER_FILE)
    assert.deepEqual(mounts('publisher-1'), [
      {
        type: 'bind',
        source: DRIVER_FILE,
        target: `/home/wso2carbon/wso2-artifact-volume/repository/components/dropins/${DRIVER.file}`,
        read_only: true,
      },
    ])
    assert.equal(mounts('analytics-worker-1')?.[0]?.target, `/home/wso2carbon/wso2-artifact-volume/lib/${DRIVER.file}`)
    assert.deepEqual(mounts('gateway-1'), [])
    assert.equal(mounts('gateway-1', lab({multiTenancy: true}, DRIVER))?.length, 1)
    const hash = (driver: typeof DRIVER) => lab({}, driver).service('publisher-1').labels['apim-lab.config-hash']
    assert.equal(hash(DRIVER), hash({...DRIVER}))
    assert.notEqual(hash(DRIVER), hash({...DRIVER, sha256: 'other'}))
  })

  it('keeps what was deployed to each gateway and traffic manager on volumes of their own', () => {
    const {project, service} = lab({components: {gateway: {replicas: 2}}})
    assert.deepEqual(Object.keys(project.volumes).toSorted(), [
      'gateway-1-synapse-configs',
      'gateway-2-synapse-configs',
      'mysql',
      'schema',
      'traffic-manager-1-executionplans',
    ])
    const [state] = service('gateway-2').volumes!.filter(({type}) => type === 'volume')
    assert.equal(state?.source, 'gateway-2-synapse-configs')
    assert.equal(state.read_only, false)
  })

  it("opens debuggers' ports on this machine alone, one a node", () => {
    const {service} = lab({address: '0.0.0.0', components: {gateway: {replicas: 2, debugPort: 5005}}})
    const port = (published: string) => [{target: 5005, published, host_ip: '127.0.0.1', protocol: 'tcp'}]
    assert.deepEqual(service('gateway-1').ports, port('5005'))
    assert.deepEqual(service('gateway-2').ports, port('5006'))
    assert.match(service('gateway-1').environment!['JAVA_OPTS']!, /address=\*:5005/)
  })

  it('sets log levels, of a component that has any', () => {
    const {text} = lab({components: {gateway: {logLevels: {'org.wso2.carbon.apimgt': 'DEBUG'}}}})
    assert.match(text('config/run/gateway/run.sh'), /logger\.lab0\.name = org\.wso2\.carbon\.apimgt'/)
    assert.doesNotMatch(text('config/run/publisher/run.sh'), /logger/)
    const levels = {gateway: {logLevels: {x: 'DEBUG'}}} as const
    assert.throws(() => topology({release: 'mini', components: levels}), /has no log levels to set/)
  })

  it('of 3.0.0 is told its profile by an argument', () => {
    const {service} = lab({release: '3.0.0'})
    assert.deepEqual(service('gateway-1').command, ['-Dprofile=gateway-worker'])
    assert.equal(service('gateway-1').environment?.['PROFILE_NAME'], undefined)
  })
})
