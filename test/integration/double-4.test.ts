import assert from 'node:assert/strict'
import {readFile, stat, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import type {Recipe} from '../../src/engine/images/recipe.js'
import {isDatabaseRow} from '../../src/lab-events/link-row.js'
import type {LabStatus} from '../../src/lab/status.js'
import type {CaptureResult} from '../../src/lab/capture/capture.js'
import type {VerifyResult} from '../../src/lab/verify/verify.js'
import type {JvmText} from '../../src/lab/jvm/jvm.js'
import {APIM_4_2, double420, doubles470, IMAGES_4_7, JAVA_IMAGES} from '../double/images.js'
import {eventually} from '../support/eventually.js'
import {unzip} from '../support/unzip.js'
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
  /** Images that those are built on. */
  readonly under?: readonly string[]
  /** Those whose server is a JVM. */
  readonly java?: readonly string[]
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
    under: Object.values(JAVA_IMAGES),
    java: ['traffic-manager', 'gateway'],
  },
]

for (const {release, build, images, homes, user, role, profile, logins, under = [], java = []} of CASES)
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
      await removeImages([...new Set(Object.values(images)), ...under])
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

    it("takes the walk of verify, by payloads that the release's descriptions allow, through load balancer and gateway", async () => {
      const {stdout, stderr} = await double.lab.run(['verify', '--json'])
      const {steps} = JSON.parse(String(stdout)) as VerifyResult
      assert.deepEqual(
        steps.filter(({ok}) => !ok),
        [],
        String(stderr),
      )
      // What it has is done: counting calls is analytics', which 4.x has not.
      assert.deepEqual(
        steps.filter(({skipped}) => skipped).map(({name}) => name),
        [],
      )
    })

    if (java.length > 0) askedOfJvms(() => double)

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
        // A JVM that a signal has asked to end tells so, and the entrypoint with it.
        assert.equal(State.ExitCode, java.includes(component) ? 143 : 0, component)
        assert.match(await double.log(`${component}-1`), /SIGTERM: halting/)
      }
    })

    it('goes down and leaves nothing', async () => {
      assert.equal((await double.lab.run(['down', '--volumes'])).exitCode, 0)
      assert.deepEqual(await double.lab.remains(), NOTHING)
    })
  })

/** What `jvm` and `capture` have of a traffic manager with a JDK, a gateway with a Java runtime, and a control plane whose JDK runs nothing. */
function askedOfJvms(double: () => DoubleLab): void {
  const MAIN = /at org\.wso2\.carbon\.bootstrap\.Bootstrap\.main\(/
  const HISTOGRAM = /^ *1: +\d+ +\d+ +\[B/m

  async function ask(node: string, ...what: readonly string[]) {
    const {exitCode, stdout, stderr} = await double().lab.run(['jvm', node, ...what])
    return {exitCode, stdout: String(stdout), stderr: String(stderr)}
  }
  async function answer(node: string, ...what: readonly string[]): Promise<string> {
    const {exitCode, stdout, stderr} = await ask(node, ...what)
    assert.equal(exitCode, 0, stderr)
    return stdout
  }

  it('tells threads, heap and collections of a JVM, and records what it does', async () => {
    const {lab} = double()
    assert.match(await answer('traffic-manager', 'threads'), MAIN)
    assert.match(await answer('traffic-manager-1', 'heap'), HISTOGRAM)
    assert.match(await answer('traffic-manager-1', 'gc'), /^ *S0 .* GCT *(\n *\d.*){5}$/)
    await answer('traffic-manager-1', 'flight-recorder', '--seconds', '1', '--output', 'tm.jfr')
    const file = join(lab.workingDirectory, 'tm.jfr')
    assert.equal((await readFile(file)).subarray(0, 4).toString('latin1'), 'FLR\0')
    assert.equal((await stat(file)).mode & 0o777, 0o600)
    assert.equal(await shell(lab.container('traffic-manager-1'), "ls /tmp | grep -c '[.]jfr$' || true"), '0')
  })

  it('leaves no recording behind where it was stopped', async () => {
    const {lab} = double()
    const process = lab.run(['jvm', 'traffic-manager-1', 'flight-recorder', '--seconds', '300', '--output', 'no.jfr'])
    const check = () => shell(lab.container('traffic-manager-1'), 'jcmd org.wso2.carbon.bootstrap.Bootstrap JFR.check')
    await eventually('a recording', async () => /name=apim-lab/.test(await check()), 60_000)
    process.kill('SIGINT')
    assert.equal((await process).exitCode, 130)
    assert.match(await check(), /No available recordings/)
  })

  it('tells the threads of a JVM without tools, by its log, and says what it does not tell', async () => {
    const {stdout, stderr, exitCode} = await ask('gateway-1', 'threads')
    assert.equal(exitCode, 0, stderr)
    assert.match(stdout, /^Full thread dump [^]*class space +used/)
    assert.match(stdout, MAIN)
    assert.match(stderr, /gateway-1 has no jcmd: this is the JVM's own answer to SIGQUIT/)
    const {by} = await double().lab.json<JvmText>('jvm', 'gateway-1', 'threads')
    assert.equal(by, 'signal')
    const heap = await ask('gateway-1', 'heap')
    assert.equal(heap.exitCode, 1)
    assert.match(heap.stderr, /gateway-1 has no jcmd[^]*jvm gateway-1 threads/)
  })

  it('asks a JVM as the user that it runs as, and says where none runs', async () => {
    const {exitCode, stderr} = await ask('control-plane-1', 'threads')
    assert.equal(exitCode, 1)
    assert.match(stderr, /No JVM in control-plane-1 runs org\.wso2\.carbon\.bootstrap\.Bootstrap/)
    const java =
      'exec java -Xmx32m -Dcarbon.home=/tmp -cp /opt/apim-lab/java org.wso2.carbon.bootstrap.Bootstrap sleep 600'
    const exec = await double()
      .lab.container('control-plane-1')
      .exec({Cmd: ['sh', '-c', java], User: '4321:4321'})
    await exec.start({Detach: true})
    const threads = () => ask('control-plane-1', 'threads')
    await eventually('its threads', async () => MAIN.test((await threads()).stdout), 60_000)
  })

  it('captures three dumps of each, and the heap where there are tools', async () => {
    const {lab} = double()
    const {leftOut, file} = await lab.json<CaptureResult>('capture', '--output', 'capture.zip')
    const files = await unzip(file)
    const text = (path: string) => files.get(`capture-${lab.name}/jvm/${path}`)?.toString('utf8') ?? ''
    for (const node of ['traffic-manager-1', 'gateway-1'])
      for (const i of [1, 2, 3]) assert.match(text(`${node}/threads-${i}.txt`), MAIN)
    assert.match(text('traffic-manager-1/heap.txt'), HISTOGRAM)
    const why = (what: string) => leftOut.find(one => one.what === what)?.why ?? ''
    assert.match(why('heap of the JVM of gateway-1'), /has no jcmd/)
    assert.match(why('JVM of key-manager-1'), /No JVM in key-manager-1/)
  })
}
