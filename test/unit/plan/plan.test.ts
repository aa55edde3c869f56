import assert from 'node:assert/strict'
import {LABELS} from '../../../src/model/labels.js'
import type {ObservedContainer, ObservedLab} from '../../../src/plan/observed.js'
import {formatPlan} from '../../../src/plan/operations.js'
import {planDown} from '../../../src/plan/plan-down.js'
import {planRestart, planStart, planStop} from '../../../src/plan/plan-restart.js'
import {planUp} from '../../../src/plan/plan-up.js'
import type {ComposeProject} from '../../../src/render/compose.js'
import {assertGolden} from '../../support/golden.js'
import {RELEASES, rendered} from '../../support/lab.js'

const lab = rendered().project

/** The lab where these nodes wait for the schema alone, and all others until the database server is ready. */
const waiting = (...names: readonly string[]): ComposeProject => ({
  ...lab,
  services: Object.fromEntries(
    Object.entries(lab.services).map(([name, service]) => {
      const others = Object.entries(service.labels).filter(([label]) => label !== LABELS.waitsFor)
      const own = names.includes(name) ? [[LABELS.waitsFor, 'schema']] : []
      return [name, {...service, labels: Object.fromEntries([...others, ...own])}]
    }),
  ),
})

const project = waiting()
/** Every release with every database server that it can be used with. */
const ORDERED = RELEASES.flatMap(({name: release, servers}) => servers.map(({name: database}) => ({release, database})))

const EMPTY: ObservedLab = {containers: [], networks: [], volumes: []}
const IMAGE_IDS = new Map(
  [...new Set(Object.values(project.services).map(({image}) => image))].map(image => [image, `id of ${image}`]),
)

function container(
  service: string,
  changes: Partial<ObservedContainer> = {},
  from: ComposeProject = project,
): ObservedContainer {
  const own = from.services[service]!
  return {
    id: `${service}-id`,
    name: own.container_name,
    service,
    component: own.labels['apim-lab.component']!,
    ...(own.labels['apim-lab.role'] !== undefined && {role: own.labels['apim-lab.role']}),
    ...(own.labels[LABELS.stops] === 'last' && {stopsLast: true}),
    release: 'mini',
    folder: '/labs/apim',
    configHash: own.labels['apim-lab.config-hash']!,
    image: own.image,
    imageId: `id of ${own.image}`,
    state: service === 'schema' ? 'exited' : 'running',
    health: service === 'schema' ? 'none' : 'healthy',
    ...(service === 'schema' && {exitCode: 0}),
    networks: Object.keys(own.networks ?? {}),
    ports: [],
    helper: false,
    ...changes,
  }
}

/** A lab that is up, with some of its containers otherwise. */
function running(
  changes: Readonly<Record<string, Partial<ObservedContainer> | null>> = {},
  from: ComposeProject = project,
): ObservedLab {
  const resource = (name: string) => ({name: `apim_${name}`, key: name, folder: '/labs/apim', release: 'mini'})
  return {
    containers: Object.keys(from.services).flatMap(service => {
      const change = changes[service]
      return change === null ? [] : [container(service, change, from)]
    }),
    networks: ['lab', 'db'].map(resource),
    volumes: Object.keys(from.volumes).map(resource),
  }
}

const up = (observed: ObservedLab, more: Partial<Parameters<typeof planUp>[0]> = {}) =>
  formatPlan(planUp({project, observed, imageIds: IMAGE_IDS, ...more}))

/** The helper of another command, which works beside. */
const watching: ObservedContainer = {
  ...container('gateway-1'),
  id: 'watching',
  service: '',
  name: 'apim-helper-2',
  helper: true,
  lasting: true,
}

const ownReason = ({cause}: {readonly cause: string}) => cause !== 'others were started'

describe('the plan of up', () => {
  it('of an empty engine is the whole lab', () => assertGolden('plans/up', {'empty.txt': up(EMPTY)}))

  it('of a lab that is up is empty', () => assert.equal(up(running()), ''))

  it('goes on where a run stopped', () =>
    assertGolden('plans/up-half', {
      'half.txt': up({
        ...running({
          'gateway-1': null,
          'publisher-1': {state: 'created', health: 'none', networks: ['lab']},
          mysql: {health: 'starting'},
        }),
        networks: running().networks.slice(0, 1),
      }),
    }))

  const cases: Readonly<Record<string, [ObservedLab, string]>> = {
    'starts what exited': [
      running({'gateway-1': {state: 'exited', health: 'none', exitCode: 137}}),
      [
        '  1  gateway-1: start (exited with code 137)',
        '  2  gateway-1: wait until ready (exited with code 137)  [after 1]',
        // They may have lost their link to it.
        '  3  key-manager-1: wait until ready (others were started)  [after 2]',
        '  4  traffic-manager-1: wait until ready (others were started)  [after 2]',
        '  5  publisher-1: wait until ready (others were started)  [after 2]',
        '  6  devportal-1: wait until ready (others were started)  [after 2]',
        '  7  analytics-worker-1: wait until ready (others were started)  [after 2]',
        '  8  analytics-dashboard-1: wait until ready (others were started)  [after 2]',
        '',
      ].join('\n'),
    ],
    unpauses: [
      running({'gateway-1': {state: 'paused'}}),
      '  1  gateway-1: unpause (paused)\n  2  gateway-1: wait until ready (paused)  [after 1]\n',
    ],
    'waits for what is not healthy': [
      running({'gateway-1': {health: 'unhealthy'}}),
      '  1  gateway-1: wait until ready (health is unhealthy)\n',
    ],
    'connects what a run left unconnected': [
      running({'publisher-1': {networks: ['lab']}}),
      '  1  publisher-1: connect to network db (not connected)\n',
    ],
    'removes what is no longer in the lab': [
      {
        ...running(),
        containers: [
          ...running().containers,
          {...container('gateway-1'), id: 'x', service: 'gateway-2', name: 'apim-gateway-2'},
        ],
      },
      '  1  gateway-2: stop (no longer in the lab)\n  2  gateway-2: remove (no longer in the lab)  [after 1]\n',
    ],
    'removes the helper of a run that died': [
      {
        ...running(),
        containers: [
          ...running().containers,
          {...container('gateway-1'), id: 'x', service: '', name: 'apim-helper-1', helper: true},
        ],
      },
      '  1  apim-helper-1: remove (left by a run that died)\n',
    ],
    'removes the helper that another command used, once it has ended': [
      {...running(), containers: [...running().containers, {...watching, state: 'exited'}]},
      '  1  apim-helper-2: remove (left by a run that died)\n',
    ],
    'leaves the helper that another command uses': [
      {...running(), containers: [...running().containers, watching]},
      '',
    ],
  }
  for (const [name, [observed, expected]] of Object.entries(cases)) it(name, () => assert.equal(up(observed), expected))

  it('recreates only what changed, with the file that did', () => {
    const observed = running({'gateway-1': {configHash: 'other'}})
    const changed = new Map([['gateway-1', 'config/gateway-1/repository/conf/deployment.toml changed']])
    const plan = planUp({project, observed, imageIds: IMAGE_IDS, changed}).filter(ownReason)
    assert.deepEqual(
      plan.map(({kind}) => kind),
      ['stop-container', 'remove-container', 'create-container', 'start-container', 'wait-ready'],
    )
    assert.ok(plan.every(({subject, cause}) => subject === 'gateway-1' && cause.endsWith('deployment.toml changed')))
  })

  it('recreates the one node that gets another update level', () => {
    const base = {release: '4.7.0', components: {gateway: {replicas: 2}}}
    const {project: before} = rendered(base)
    const image = 'registry.wso2.com/wso2-apim/am-universal-gw:4.7.0.9'
    const {project: after} = rendered({...base, nodes: {'gateway-2': {image}}})
    const imageIds = new Map(Object.values(after.services).map(service => [service.image, `id of ${service.image}`]))
    const plan = planUp({project: after, observed: running({}, before), imageIds})
    const changed = plan
      .filter(({kind}) => kind === 'create-container')
      .map(({subject, cause}) => `${subject}: ${cause}`)
    assert.equal(changed.length, 1)
    assert.match(changed[0] ?? '', /^gateway-2: its configuration changed/)
  })

  it('recreates what runs an older image of the same name', () => {
    const observed = running({mysql: {imageId: 'older'}})
    const plan = planUp({project, observed, imageIds: IMAGE_IDS}).filter(ownReason)
    assert.ok(plan.every(({subject}) => subject === 'mysql'))
    assert.match(plan[0]!.cause, /^image mysql:8.0 changed$/)
  })

  it('waits again for those that stay, when something that they may need was started', () => {
    const observed = running({mysql: {imageId: 'older'}})
    const plan = planUp({project, observed, imageIds: IMAGE_IDS})
    const ready = plan.find(({kind, subject}) => kind === 'wait-ready' && subject === 'mysql')!
    const again = plan.filter(operation => !ownReason(operation))
    assert.ok(again.every(({kind, after}) => kind === 'wait-ready' && after.includes(ready.id)))
    assert.ok(again.some(({subject}) => subject === 'key-manager-1'))
  })

  it('starts nothing before its gates are ready', () => {
    const plan = planUp({project, observed: EMPTY, imageIds: IMAGE_IDS})
    const find = (subject: string, kind: string) =>
      plan.find(operation => operation.subject === subject && operation.kind === kind)!
    assert.ok(find('mysql', 'start-container').after.includes(find('schema', 'wait-exit').id))
    for (const node of ['publisher-1', 'devportal-1', 'key-manager-1', 'traffic-manager-1'])
      assert.ok(find(node, 'start-container').after.includes(find('mysql', 'wait-ready').id), node)
    assert.ok(!find('gateway-1', 'start-container').after.includes(find('mysql', 'wait-ready').id))
  })

  for (const wanted of ORDERED)
    it(`starts what compose.yaml of ${wanted.release} with ${wanted.database} says before each service, and nothing else`, () => {
      const {project: desired} = rendered(wanted)
      const plan = planUp({project: desired, observed: EMPTY, imageIds: new Map()})
      const before = (ids: readonly number[]): readonly string[] =>
        ids.flatMap(id => {
          const step = plan[id - 1]!
          return [...(step.kind === 'start-container' ? [step.subject] : []), ...before(step.after)]
        })
      const dependencies = (service: string): readonly string[] =>
        Object.keys(desired.services[service]?.depends_on ?? {}).flatMap(gate => [gate, ...dependencies(gate)])
      const first = Object.keys(desired.services).filter(
        name => desired.services[name]!.labels[LABELS.starts] === 'first',
      )
      const early = new Set(first.flatMap(name => [name, ...dependencies(name)]))
      // What starts first comes before all but what it depends on itself.
      const said = (service: string) => [...dependencies(service), ...(early.has(service) ? [] : early)]
      for (const step of plan)
        if (step.kind === 'start-container')
          assert.deepEqual(new Set(before(step.after)), new Set(said(step.subject)), step.subject)
    })

  it('has one service that starts first and stops last, the database server', () => {
    for (const {release, database} of ORDERED) {
      const {services} = rendered({release, database}).project
      const labelled = (label: string, value: string) =>
        Object.keys(services).filter(name => services[name]!.labels[label] === value)
      assert.deepEqual(labelled(LABELS.starts, 'first'), [database])
      assert.deepEqual(labelled(LABELS.stops, 'last'), [database])
    }
  })

  describe('where the schema is enough for some', () => {
    const some = waiting('publisher-1', 'devportal-1')

    it('starts them before MySQL is ready, and the others after', () =>
      assertGolden('plans/up-schema', {'schema.txt': up(EMPTY, {project: some, schema: {complete: false}})}))

    it('starts them at once when it was complete before, and hands over no scripts', () => {
      const plan = planUp({
        project: some,
        observed: {...EMPTY, volumes: running().volumes},
        imageIds: IMAGE_IDS,
        schema: {complete: true},
      })
      const find = (subject: string, kind: string) =>
        plan.find(operation => operation.subject === subject && operation.kind === kind)
      assert.equal(find('schema', 'create-container'), undefined)
      const ready = find('mysql', 'wait-ready')!.id
      assert.ok(!find('publisher-1', 'start-container')!.after.includes(ready))
      assert.ok(find('key-manager-1', 'start-container')!.after.includes(ready))
    })

    it('adds nothing to a lab that is up', () =>
      assert.equal(up(running({schema: null}), {project: some, schema: {complete: true}}), ''))
  })

  describe('where a seed has the databases', () => {
    const some = waiting('publisher-1', 'devportal-1')
    const of = {project: some, schema: {complete: false}}
    const seed = {name: 'apim-lab-seed-0123456789ab', exists: true}
    const seeded = ({volumes, ...rest}: ObservedLab): ObservedLab => ({
      ...rest,
      volumes: volumes.map(volume => (volume.key === 'mysql' ? {...volume, fromSeed: true} : volume)),
    })
    const withoutSchema = (changes: Parameters<typeof running>[0] = {}) => seeded(running({schema: null, ...changes}))

    it('copies them, without the scripts, and waits for no more than the copy', () =>
      assertGolden('plans/up-seeded', {'seeded.txt': up(EMPTY, {...of, seed})}))

    it('makes the seed first where there is none', () =>
      assertGolden('plans/up-seed', {'seed.txt': up(EMPTY, {...of, seed: {...seed, exists: false}})}))

    it('adds nothing to a lab that is up, be it known or not that its databases are whole', () => {
      for (const complete of [true, false])
        for (const exists of [true, false])
          assert.equal(up(withoutSchema(), {project: some, schema: {complete}, seed: {...seed, exists}}), '')
    })

    it('leaves databases alone that were not copied', () => {
      const kept = {...running(), containers: []}
      assert.equal(up(kept, {...of, seed}), up(kept, of))
    })

    const stopped = {...withoutSchema(), containers: []}

    it('copies again where nobody has seen the copy whole', () => {
      const plan = up(stopped, {...of, seed})
      assert.match(plan, /^ {2}1 {2}mysql: copy the databases of apim-lab-seed-0123456789ab \(not seen whole yet\)\n/)
      assert.match(plan, /mysql: start \(not there\) {2}\[after 1, 2\]/)
      assert.doesNotMatch(plan, /schema/)
    })

    it('makes no seed for databases that are there: half a copy begins again from the scripts', () =>
      assert.equal(up(stopped, {...of, seed: {...seed, exists: false}}), up(stopped, of)))
  })

  it('refuses gates in a circle', () => {
    const gate = {condition: 'service_healthy' as const}
    const circle: ComposeProject = {
      ...project,
      services: {
        ...project.services,
        mysql: {...project.services['mysql']!, depends_on: {'publisher-1': gate}},
      },
    }
    assert.throws(() => planUp({project: circle, observed: EMPTY, imageIds: IMAGE_IDS}), /cycle/)
  })
})

describe('the plan of down', () => {
  it('removes containers and networks, MySQL last, and keeps volumes', () =>
    assertGolden('plans/down', {'down.txt': formatPlan(planDown(running(), {volumes: false}))}))

  it('removes volumes when asked', () => {
    const plan = planDown(running(), {volumes: true})
    assert.equal(plan.filter(({kind}) => kind === 'remove-volume').length, Object.keys(project.volumes).length)
  })

  it('gives MySQL time to end where its data stays, and none where it goes', () => {
    const graceOf = (volumes: boolean) =>
      planDown(running(), {volumes}).flatMap(it =>
        it.kind === 'stop-container' && it.subject === 'mysql' ? [it.graceSeconds] : [],
      )
    assert.deepEqual([graceOf(false), graceOf(true)], [[undefined], [0]])
  })

  it('removes the helper of one who watches: it belongs to the lab', () => {
    const plan = planDown({...running(), containers: [...running().containers, watching]}, {volumes: false})
    assert.deepEqual(
      plan.filter(({subject}) => subject === watching.name).map(({kind}) => kind),
      ['remove-container'],
    )
  })

  it('of nothing is nothing', () => assert.deepEqual(planDown(EMPTY, {volumes: true}), []))

  it('does not ask a paused node to stop: it could not', () => {
    const plan = planDown(running({'gateway-1': {state: 'paused'}}), {volumes: false})
    assert.deepEqual(
      plan.filter(({subject}) => subject === 'gateway-1').map(({kind}) => kind),
      ['remove-container'],
    )
  })
})

describe('plans of start, stop and restart', () => {
  const services = Object.keys(project.services)

  it('start in the order of the gates', () => {
    const stopped = Object.fromEntries(
      services.map(service => [service, {state: 'exited', health: 'none', exitCode: 0} as const]),
    )
    assertGolden('plans/start', {'start.txt': formatPlan(planStart({observed: running(stopped), project, services}))})
  })

  it('start nothing that runs', () => assert.deepEqual(planStart({observed: running(), project, services}), []))

  it('stop MySQL last', () => {
    const plan = planStop({observed: running(), project, services})
    assert.equal(plan.at(-1)!.subject, 'mysql')
    assert.equal(plan.at(-1)!.after.length, plan.length - 1)
  })

  it('restart one node alone', () => {
    const plan = planRestart({observed: running(), project, services: ['gateway-1']})
    assert.deepEqual(
      plan.map(({kind, subject}) => `${subject} ${kind}`),
      ['gateway-1 stop-container', 'gateway-1 start-container', 'gateway-1 wait-ready'],
    )
  })
})
