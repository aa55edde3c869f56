import assert from 'node:assert/strict'
import {existsSync, readdirSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import type {ComponentSpec, Release} from '../../../src/model/release.js'
import {allReleases, findRelease} from '../../../src/model/releases/index.js'
import {DATABASE} from '../../../src/model/roles.js'
import {schemaOwner} from '../../../src/render/compose-view.js'
import {LABS} from '../../support/golden-labs.js'
import {ROOT, topology} from '../../support/lab.js'

const RELEASES = allReleases('0.0.0')
const PRODUCT = RELEASES.filter(({builtIn}) => !builtIn)
/** Those of the line that has analytics components of its own. */
const PRODUCT_3X = PRODUCT.filter(({components}) => components.some(({analytics}) => analytics))
const MODULES = join(ROOT, 'src/model/releases')

const named = (name: string) => findRelease(name, RELEASES)

const spec = (release: Release, component: string): ComponentSpec => {
  const found = release.components.find(({name}) => name === component)
  assert.ok(found, component)
  return found
}

/** What a component waits for, directly or not. */
function waitedFor(release: Release, component: string, seen: readonly string[] = []): readonly string[] {
  assert.ok(!seen.includes(component), `${release.name}: ${[...seen, component].join(' -> ')}`)
  const gates = release.components.find(({name}) => name === component)?.gates ?? []
  return gates.flatMap(({on}) => [on, ...waitedFor(release, on, [...seen, component])])
}

describe('every release', () => {
  for (const release of RELEASES)
    describe(release.name, () => {
      it('has gates that lead to the database server or a component of its own, each with a reason, and never back', () => {
        const known = [DATABASE, ...release.components.map(({name}) => name)]
        for (const {name, gates} of release.components) {
          for (const {on, reason} of gates) assert.ok(known.includes(on) && reason.length > 10, `${name}: ${on}`)
          assert.ok(!waitedFor(release, name).includes(name))
        }
      })

      it('has golden trees', () => assert.ok(LABS.some(lab => lab.release === release.name)))

      it('has a template for every file of every component', () => {
        for (const {name, config} of release.components) {
          assert.ok(config.length > 0, name)
          for (const {template} of config)
            assert.ok(existsSync(join(ROOT, 'templates', `${template}.hbs`)), `${name}: ${template}`)
        }
      })

      it('takes its schema from one component, which has both databases that it makes', () => {
        const {image, home} = schemaOwner(topology({release: release.name}))
        const owners = new Set(release.databases.flatMap(({scriptOf}) => scriptOf ?? []))
        assert.equal(owners.size, 1)
        const owner = spec(release, [...owners][0]!)
        // mini's version differs between the two calls.
        if (!release.builtIn) assert.equal(image, owner.image)
        assert.equal(home, owner.home)
        const used = owner.databases.map(({database}) => database)
        assert.deepEqual(
          release.databases.filter(({scripts}) => scripts !== undefined).map(({name}) => used.includes(name)),
          [true, true],
        )
      })

      it('asks a node only for ports that it has', () => {
        for (const {name, ports, probes} of release.components)
          for (const {port} of probes)
            assert.ok(
              ports.some(own => own.port === port),
              `${name}: ${port}`,
            )
      })

      it('says where every link was read', () => {
        for (const {client, server, port, source} of release.links)
          assert.ok(source.length > 10, `${client} -> ${server}:${port}`)
      })
    })

  it('has a name of its own', () => {
    assert.equal(new Set(RELEASES.map(({name}) => name)).size, RELEASES.length)
  })
})

describe("WSO2's own releases", () => {
  it('are these, newest first', () => {
    assert.deepEqual(
      PRODUCT.map(({name}) => name),
      ['4.7.0', '4.6.0', '4.5.0', '4.4.0', '4.3.0', '4.2.0', '4.1.0', '4.0.0', '3.2.1', '3.2.0', '3.1.0', '3.0.0'],
    )
  })

  it('say that we never ran them', () => {
    for (const {name, unconfirmed} of PRODUCT) assert.match(unconfirmed ?? '', /never run by us/, name)
    assert.match(named('3.2.1').unconfirmed ?? '', /^bring your own image, unconfirmed/)
  })

  it('tell a node its profile by name or by argument, never by both', () => {
    for (const release of PRODUCT_3X)
      for (const {name, analytics, profile, command} of release.components)
        assert.equal(Number(profile !== undefined) + Number(command !== undefined), analytics ? 0 : 1, name)
    assert.deepEqual(spec(named('3.0.0'), 'gateway').command, ['-Dprofile=gateway-worker'])
    assert.equal(spec(named('3.1.0'), 'gateway').profile, 'gateway-worker')
  })

  it('give a node the role of its profile, but for the devportal of 3.0.0', () => {
    const roles = (release: Release) =>
      release.components.filter(({analytics}) => !analytics).map(({serverRole = ''}) => serverRole)
    const usual = ['api-key-manager', 'traffic-manager', 'api-publisher', 'api-devportal', 'gateway-worker']
    for (const release of PRODUCT_3X)
      assert.deepEqual(
        roles(release),
        usual.map(role => (release.name === '3.0.0' && role === 'api-devportal' ? 'api-store' : role)),
      )
  })

  it('keep what a gateway and a traffic manager were given, below the home, and no embedded database', () => {
    for (const release of PRODUCT_3X)
      for (const {name, home, statePaths = []} of release.components) {
        const keeps = name === 'gateway' || name === 'traffic-manager'
        assert.equal(statePaths.length, keeps ? 1 : 0, name)
        for (const {path} of statePaths) assert.ok(path.startsWith(`${home}/repository/deployment/server/`), path)
      }
  })

  it('can be stopped, and know what their JVM may use', () => {
    for (const release of PRODUCT)
      for (const {name, home, stopCommand = [], jvm, memoryMb} of release.components) {
        // From 4.7.0 on the entrypoint hands a signal on.
        if (release.name === '4.7.0') assert.deepEqual(stopCommand, [])
        else assert.ok(stopCommand.join(' ').startsWith(`sh ${home}/bin/`), name)
        assert.ok(jvm && jvm.smallHeapMb < jvm.heapMb && jvm.heapMb < memoryMb, name)
      }
  })

  it('need a driver from the 3.2 line on', () => {
    const folders = (release: Release) => release.components.map(({driverFolder}) => driverFolder)
    for (const name of ['3.0.0', '3.1.0']) assert.ok(folders(named(name)).every(folder => folder === undefined))
    for (const name of ['3.2.0', '3.2.1']) assert.ok(folders(named(name)).every(folder => folder !== undefined))
  })

  it('let the traffic manager into a database from the 3.2 line on', () => {
    const uses = (name: string) => spec(named(name), 'traffic-manager').databases.length
    assert.deepEqual(['3.0.0', '3.1.0', '3.2.0', '3.2.1'].map(uses), [0, 0, 2, 2])
  })

  it('are told apart in their own modules alone: none mentions another', () => {
    const versions = PRODUCT.map(({name}) => name)
    for (const version of versions) {
      const text = readFileSync(join(MODULES, `${version}.ts`), 'utf8')
      const others = versions.filter(other => other !== version && text.includes(other))
      assert.deepEqual(others, [], version)
    }
  })

  it('are asked for by name nowhere but in their modules', () => {
    const comparison = /===?\s*['"][34]\.\d|['"][34]\.\d[\d.]*['"]\s*===?/
    for (const file of readdirSync(join(ROOT, 'src'), {recursive: true, encoding: 'utf8'}))
      if (file.endsWith('.ts')) assert.doesNotMatch(readFileSync(join(ROOT, 'src', file), 'utf8'), comparison, file)
  })
})
