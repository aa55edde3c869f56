import assert from 'node:assert/strict'
import {chmod, mkdir, mkdtemp, readFile, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {execa} from 'execa'
import {jdkChoices} from '../../../../src/model/jdk.js'
import {productRecipe, type ProductImageOptions} from '../../../../src/engine/images/product.js'
import {javaVersion} from '../../../../src/lab/images/distribution/jdk.js'
import type {DistributionSpec} from '../../../../src/model/distribution.js'
import {allReleases, findRelease} from '../../../../src/model/releases/index.js'
import {templates, VERSION} from '../../../support/lab.js'

const specOf = (release: string) => findRelease(release, allReleases(VERSION)).distributions[0]!

function recipe(spec: DistributionSpec, more: Partial<ProductImageOptions> = {}) {
  const choices = jdkChoices(spec.java)
  const options: ProductImageOptions = {
    tag: 'apim-lab/test:1',
    templates: templates(),
    spec,
    runtime: spec.runtimes[0]!,
    ports: [9443, 9763],
    product: {entries: [], digest: 'abc'},
    labels: {},
    choices,
    baseScript: '',
    readAptSources: () => Promise.resolve(''),
    onProgress: () => undefined,
    signal: new AbortController().signal,
    ...more,
  }
  const made = productRecipe(options, more.base ? undefined : choices[0])
  const text = (name: string) => String(made.files.get(name)!.content)
  return {...made, dockerfile: text('Dockerfile'), entrypoint: text('docker-entrypoint.sh')}
}

/** As a 4.5 control plane is published: data of a release that there is not yet. */
const CONTROL_PLANE: DistributionSpec = {
  product: 'wso2am-acp',
  version: '4.5.0',
  java: {min: 11, max: 21},
  user: {uid: 10_001, gid: 10_001},
  refilled: [],
  runtimes: [{image: 'wso2/wso2am-acp:4.5.0', start: 'bin/api-cp.sh', bundlesInfo: 'bundles.info'}],
}

describe('the image of a distribution', () => {
  it('has the newest JDK that fits, from the most settled suite that has it', () => {
    const first = (min: number, max: number) => jdkChoices({min, max}).map(({java, suite}) => `${java} ${suite}`)
    assert.deepEqual(first(8, 11), ['11 bullseye', '11 sid', '8 sid'])
    assert.equal(first(11, 17)[0], '17 bookworm')
    assert.equal(first(21, 25)[0], '25 trixie')
    assert.deepEqual(first(9, 10), [])
  })

  it('has the user, the home and the JDK of its release', () => {
    const {dockerfile} = recipe(specOf('3.2.0'))
    assert.match(dockerfile, /^FROM apim-lab\/base:bullseye$/m)
    assert.match(dockerfile, /openjdk-11-jdk-headless/)
    assert.match(dockerfile, /^USER 802:802$/m)
    assert.match(dockerfile, /^COPY --chown=802:802 product \/home\/wso2carbon\/wso2am-3\.2\.0$/m)
    assert.match(dockerfile, /^EXPOSE 9443 9763$/m)
    assert.doesNotMatch(dockerfile, /mysql/i)
    assert.match(recipe(specOf('3.2.1')).dockerfile, /^FROM apim-lab\/base:bookworm$[^]*openjdk-17/m)
    assert.match(recipe(CONTROL_PLANE).dockerfile, /base:trixie[^]*openjdk-21[^]*10001[^]*wso2am-acp-4\.5\.0/)
  })

  it('takes an image to build on and a JDK of the user as they are', () => {
    const base = {name: 'own:1', id: 'sha256:1'}
    const {dockerfile, trees} = recipe(specOf('3.2.0'), {base, jdk: {entries: [], digest: 'jdk'}})
    assert.match(dockerfile, /^FROM own:1$/m)
    assert.doesNotMatch(dockerfile, /apt-get/)
    assert.match(dockerfile, /^COPY jdk \/opt\/java\/openjdk$/m)
    assert.deepEqual(
      trees?.map(({folder}) => folder),
      ['product', 'jdk'],
    )
  })

  it('is another image where anything of it changes', () => {
    const hash = (more?: Partial<ProductImageOptions>) => recipe(specOf('3.2.0'), more).labels['apim-lab.source-hash']
    assert.equal(hash(), hash())
    assert.notEqual(hash(), hash({product: {entries: [], digest: 'other'}}))
    assert.notEqual(hash(), hash({jdk: {entries: [], digest: 'jdk'}}))
    assert.notEqual(hash({base: {name: 'own:1', id: '1'}}), hash({base: {name: 'own:1', id: '2'}}))
  })

  it('a JDK tells its version', () => {
    assert.equal(javaVersion('IMPLEMENTOR="x"\nJAVA_VERSION="11.0.24"\n'), 11)
    assert.equal(javaVersion('JAVA_VERSION="1.8.0_402"'), 8)
    assert.equal(javaVersion('JAVA_VERSION="17"'), 17)
    assert.equal(javaVersion(''), undefined)
  })

  describe('its entrypoint', () => {
    let folder: string
    const home = () => join(folder, 'home')

    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), 'apim-lab-entrypoint-'))
    })
    afterEach(() => rm(folder, {recursive: true, force: true}))

    async function write(files: Readonly<Record<string, string>>) {
      for (const [path, text] of Object.entries(files)) {
        await mkdir(dirname(join(folder, path)), {recursive: true})
        await writeFile(join(folder, path), text)
      }
    }

    async function run(spec: DistributionSpec, env: Readonly<Record<string, string>>, args: readonly string[] = []) {
      await write({
        'entrypoint.sh': recipe(spec).entrypoint,
        'home/bin/profileSetup.sh': 'echo "setup $1"; echo template > "$WSO2_SERVER_HOME/conf"',
        'home/bin/wso2server.sh': 'echo "start $*"; cat "$WSO2_SERVER_HOME/conf" "$WSO2_SERVER_HOME/extra"',
        'home/conf': 'as shipped\n',
        'home/extra': 'as shipped\n',
      })
      await chmod(join(folder, 'entrypoint.sh'), 0o755)
      const places = {WORKING_DIRECTORY: folder, WSO2_SERVER_HOME: home()}
      return execa('bash', [join(folder, 'entrypoint.sh'), ...args], {env: {...places, ...env}, reject: false})
    }

    it('sets the profile up, then copies the configuration, then the artifacts, then starts', async () => {
      await write({
        'wso2-config-volume/conf': "the lab's\n",
        'wso2-config-volume/extra': 'of the configuration\n',
        'wso2-artifact-volume/extra': 'of the artifacts\n',
      })
      const {stdout} = await run(specOf('3.2.0'), {PROFILE_NAME: 'gateway-worker'}, ['-Dmore=1'])
      assert.deepEqual(stdout.split('\n'), [
        'setup -Dprofile=gateway-worker',
        'start -Dprofile=gateway-worker -Dmore=1',
        "the lab's",
        'of the artifacts',
      ])
    })

    it('starts as it is without a profile and without volumes', async () => {
      const {stdout} = await run(specOf('3.2.0'), {})
      assert.deepEqual(
        stdout.split('\n'),
        ['start', 'as shipped', 'as shipped'].map((line, at) => (at ? line : 'start ')),
      )
    })

    it('knows no PROFILE_NAME where the release has it by argument', async () => {
      const spec = specOf('3.0.0')
      const {stdout} = await run(spec, {PROFILE_NAME: 'gateway-worker'}, ['-Dprofile=traffic-manager'])
      assert.match(stdout, /^start -Dprofile=traffic-manager\n/)
      // A lab looks for the word to know whether an image heeds it.
      assert.doesNotMatch(recipe(spec).entrypoint, /PROFILE_NAME/)
    })

    it('fills a folder that a volume hides', async () => {
      const below = 'repository/deployment/server/synapse-configs'
      await write({[`wso2-tmp/${below}/default/synapse.xml`]: 'shipped'})
      await mkdir(join(home(), below), {recursive: true})
      await run(specOf('3.2.0'), {})
      assert.equal(await readFile(join(home(), below, 'default/synapse.xml'), 'utf8'), 'shipped')
    })

    it('ends at once where a file can not be copied, or the home is missing', async () => {
      await mkdir(join(folder, 'wso2-config-volume/conf'), {recursive: true})
      assert.notEqual((await run(specOf('3.2.0'), {})).exitCode, 0)
      const {exitCode, stderr} = await run(specOf('3.2.0'), {WSO2_SERVER_HOME: join(folder, 'none')})
      assert.equal(exitCode, 1)
      assert.match(stderr, /there is no folder .*none/)
    })
  })
})
