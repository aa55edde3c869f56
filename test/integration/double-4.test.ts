import assert from 'node:assert/strict'
import {writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import type {Recipe} from '../../src/engine/images/recipe.js'
import {isDatabaseRow} from '../../src/lab-events/link-row.js'
import type {LabStatus} from '../../src/lab/status.js'
import {APIM_4_2, double420, doubles470, IMAGES_4_7} from '../double/images.js'
import {DoubleLab} from './support/double-lab.js'
import {buildAll, ensureBase, removeImages, shell} from './support/doubles.js'
import {inSteps} from './support/in-steps.js'
import {NOTHING} from './support/test-lab.js'

const TOML = 'repository/conf/deployment.toml'
const KEY_MANAGER = {'key-manager': 'replicas: 1'}

interface Case {
  readonly release: string
  readonly build: (base: string) => Promise<readonly Recipe[]>
  /** By component. */
  readonly images: Readonly<Record<string, string>>
  readonly homes: Readonly<Record<string, string>>
  readonly user: string
  readonly role: string
  /** What the log of a key manager says before it starts. */
  readonly profile: RegExp
  /** Who logs in to which database, at the start. */
  readonly logins: Readonly<Record<string, number>>
}

const all = <T>(value: T) =>
  Object.fromEntries(['key-manager', 'control-plane', 'traffic-manager', 'gateway'].map(name => [name, value]))

const CASES: readonly Case[] = [
  {
    release: '4.2.0',
    build: async base => [await double420(base)],
    images: all(APIM_4_2),
    homes: all('wso2am-4.2.0'),
    user: '802',
    role: 'gateway-worker',
    profile: /for the profile api-key-manager-deprecated/,
    logins: {'key-manager': 2, 'control-plane': 2, 'traffic-manager': 2, gateway: 1},
  },
  {
    release: '4.7.0',
    build: doubles470,
    images: {'key-manager': IMAGES_4_7['control-plane'], ...IMAGES_4_7},
    homes: {
      'key-manager': 'wso2am-acp-4.7.0',
      'control-plane': 'wso2am-acp-4.7.0',
      'traffic-manager': 'wso2am-tm-4.7.0',
      gateway: 'wso2am-universal-gw-4.7.0',
    },
    user: '10001',
    role: 'default',
    profile: /for the profile key-manager/,
    logins: {'key-manager': 2, 'control-plane': 2, 'traffic-manager': 0, gateway: 0},
  },
]

for (const {release, build, images, homes, user, role, profile, logins} of CASES)
  describe(`release ${release} on doubles of WSO2's images`, function () {
    this.timeout(300_000)
    inSteps()
    const components = Object.keys(homes)
    const homeOf = (component: string) => `/home/wso2carbon/${homes[component]}`
    let double: DoubleLab

    before(async function () {
      // Some releases ask for linux/amd64, and a double has the architecture of this machine.
      if (process.arch !== 'x64') this.skip()
      await buildAll(await build(await ensureBase()))
      double = await DoubleLab.create(`double-${release.replaceAll('.', '-')}`, release, components)
      await double.writeLabFile(KEY_MANAGER)
    })

    after(async () => {
      await double?.lab.remove()
      await removeImages([...new Set(Object.values(images))])
    })

    const inNode = (component: string, script: string) => shell(double.lab.container(`${component}-1`), script)

    it('comes up, every node ready, each on its image', async () => {
      const {exitCode, stdout, stderr} = await double.up('--json')
      assert.equal(exitCode, 0, `${stdout}${stderr}`)
      const {ready, nodes, ...status} = JSON.parse(String(stdout)) as LabStatus
      assert.deepEqual({ready, release: status.release}, {ready: true, release})
      const seen = nodes.filter(({component}) => component in homes)
      assert.deepEqual(Object.fromEntries(seen.map(({component, image}) => [component, image])), images)
    })

    it('has its configuration in force, with the role that the image knows, and logs in where it has a database', async () => {
      const facts = `cd ${homeOf('gateway')}; id -u; grep ^server_role ${TOML}`
      assert.deepEqual((await inNode('gateway', facts)).split('\n'), [user, `server_role = "${role}"`])
      assert.match(await double.log('key-manager-1'), profile)
      for (const [component, count] of Object.entries(logins)) {
        const log = await double.log(`${component}-1`)
        assert.equal(log.match(/database\.\w+: \w+ as/g)?.length ?? 0, count, component)
        assert.doesNotMatch(log, /ALERT/)
      }
    })

    it("its links are ok, by the product's greetings", async () => {
      const rows = await double.links()
      const details = (...ports: number[]) => [
        ...new Set(rows.filter(row => !isDatabaseRow(row) && ports.includes(row.port)).map(({detail}) => detail)),
      ]
      assert.deepEqual(details(5672), ['greets'])
      assert.deepEqual(details(9611), ['accepts; its protocol says nothing first'])
    })

    it('a change of the gateway recreates it alone', async () => {
      const before = await double.containerIds()
      await writeFile(
        join(double.lab.workingDirectory, 'gateway.toml'),
        '[apim.cache.gateway_token]\nexpiry_time = 60\n',
      )
      await double.writeLabFile({...KEY_MANAGER, gateway: 'overlay: gateway.toml'})
      assert.equal((await double.up()).exitCode, 0)
      const after = await double.containerIds()
      assert.deepEqual(
        [...after.keys()].filter(node => before.get(node) !== after.get(node)),
        ['gateway-1'],
      )
      assert.match(await inNode('gateway', `grep -A2 gateway_token ${homeOf('gateway')}/${TOML}`), /expiry_time = 60/)
    })

    it('stops as the product is stopped', async () => {
      assert.equal((await double.lab.run(['stop'])).exitCode, 0)
      for (const component of components) {
        const {State} = await double.lab.container(`${component}-1`).inspect()
        assert.equal(State.ExitCode, 0, component)
        assert.match(await double.log(`${component}-1`), /SIGTERM: halting/)
      }
    })

    it('goes down and leaves nothing', async () => {
      assert.equal((await double.lab.run(['down', '--volumes'])).exitCode, 0)
      assert.deepEqual(await double.lab.remains(), NOTHING)
    })
  })
