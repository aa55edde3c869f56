import assert from 'node:assert/strict'
import {APIM_3_0, double300, doubles320, IMAGES} from '../double/images.js'
import {COMPLETE} from '../mini/support/configs.js'
import {CA_PEM, NODE} from '../mini/support/pki.js'
import {buildAll, Doubles, ensureBase, removeImages} from './support/doubles.js'

const HOME = '/home/wso2carbon/wso2am-3.2.0'
const VOLUME = '/home/wso2carbon/wso2-config-volume'
const TOML = 'repository/conf/deployment.toml'
const MYSQL = '[database.shared_db]\ntype = "mysql"\nurl = "jdbc:mysql://mysql:3306/shareddb"\nusername = "u"\n'
const ADMIN = '[super_admin]\nusername = "admin"\npassword = "admin"\n'

/** What is proved here is what a lab may rely on when it runs on doubles. */
describe("a double of WSO2's image", function () {
  this.timeout(120_000)
  const all = new Doubles()

  before(async () => {
    const base = await ensureBase()
    await buildAll([...(await doubles320(base)), await double300(base)])
  })
  afterEach(() => all.removeAll())
  after(() => removeImages([...Object.values(IMAGES), APIM_3_0]))

  it('of 3.2.0 does not start with a MySQL datasource and no driver', async () => {
    const container = await all.run({
      image: IMAGES.apim,
      env: ['PROFILE_NAME=api-key-manager'],
      files: {[`${VOLUME}/${TOML}`]: MYSQL},
    })
    assert.notEqual(await container.ended(), 0)
    assert.match(await container.log(), /ClassNotFoundException: com\.mysql\.cj\.jdbc\.Driver/)
  })

  it('of the worker neither, whatever its configuration says in a comment', async () => {
    const file = `${VOLUME}/conf/worker/deployment.yaml`
    const run = (url: string) => all.run({image: IMAGES.worker, files: {[file]: `  ${url}:mysql://mysql:3306/stats\n`}})
    const [refused, taken] = await Promise.all([run('jdbcUrl: jdbc'), run('# jdbcUrl: jdbc')])
    assert.notEqual(await refused.ended(), 0)
    assert.match(await refused.log(), /ClassNotFoundException/)
    assert.notEqual(await taken.ended(), 0)
    assert.doesNotMatch(await taken.log(), /ClassNotFoundException/)
  })

  it('of 3.2.0 takes the driver from the artifact volume', async () => {
    const dropins = '/home/wso2carbon/wso2-artifact-volume/repository/components/dropins'
    const container = await all.run({
      image: IMAGES.apim,
      env: ['PROFILE_NAME=api-key-manager'],
      files: {[`${VOLUME}/${TOML}`]: MYSQL, [`${dropins}/mysql-connector-java-8.0.17.jar`]: ''},
    })
    // It gets as far as reading the rest of this configuration.
    assert.notEqual(await container.ended(), 0)
    assert.match(
      await container.log(),
      /deployment\.toml: key server\.node_ip: Configuration with key server\.node_ip doesn't exist/,
    )
  })

  it('of 3.2.0 fills an empty volume, hands no signal on and ends by its stop script', async () => {
    const security = `${VOLUME}/repository/resources/security`
    const synapse = `${HOME}/repository/deployment/server/synapse-configs`
    const options = {
      image: IMAGES.apim,
      env: ['PROFILE_NAME=gateway-worker'],
      files: {
        [`${VOLUME}/${TOML}`]: COMPLETE['gateway-worker'] ?? '',
        [`${security}/node.pem`]: NODE.key + NODE.cert,
        [`${security}/ca.pem`]: CA_PEM,
      },
      emptyFolders: [synapse],
    }
    const [asked, signalled] = await Promise.all([all.run(options), all.run(options)])
    await Promise.all([asked, signalled].map(it => it.says(/listening on .*8243/)))
    assert.equal(await asked.shell(`ls ${synapse}`), 'default')
    const killed = signalled.container.stop({t: 1}).then(() => signalled.ended())
    await asked.shell(`sh ${HOME}/bin/wso2server.sh stop`)
    assert.equal(await asked.ended(), 0)
    assert.match(await asked.log(), /SIGTERM: halting/)
    assert.equal(await killed, 137)
    assert.doesNotMatch(await signalled.log(), /SIGTERM/)
  })

  it('of 3.2.0 is told its JVM options', async () => {
    const container = await all.run({
      image: IMAGES.apim,
      env: ['PROFILE_NAME=gateway-worker', 'JVM_MEM_OPTS=-Xmx512m', 'JAVA_OPTS=-Dlab=true'],
      command: ['-Dmore=1'],
    })
    assert.notEqual(await container.ended(), 0)
    assert.match(await container.log(), /JVM options: -Xmx512m -Dlab=true\n/)
  })

  it('of 3.0.0 knows its profile by its command, trims nothing and has a driver', async () => {
    const container = await all.run({
      image: APIM_3_0,
      env: ['PROFILE_NAME=gateway-worker'],
      command: ['-Dprofile=traffic-manager'],
      files: {[`${VOLUME}/${TOML}`]: `[server]\nserver_role = "other"\nnode_ip = "127.0.0.1"\n${ADMIN}${MYSQL}`},
    })
    assert.notEqual(await container.ended(), 0)
    const log = await container.log()
    assert.doesNotMatch(log, /Optimizing/)
    assert.match(log, /server_role is "other" \(it must be .*\); expected "traffic-manager"/)
  })
})
