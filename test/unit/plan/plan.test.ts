import assert from 'node:assert/strict'
import type {ObservedContainer, ObservedLab} from '../../../src/plan/observed.js'
import {formatPlan} from '../../../src/plan/operations.js'
import {planDown} from '../../../src/plan/plan-down.js'
import {planRestart, planStart, planStop} from '../../../src/plan/plan-restart.js'
import {planUp} from '../../../src/plan/plan-up.js'
import type {ComposeProject} from '../../../src/render/compose.js'
import {assertGolden} from '../../support/golden.js'
import {rendered} from '../../support/lab.js'

const {project} = rendered()
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
function running(changes: Readonly<Record<string, Partial<ObservedContainer> | null>> = {}): ObservedLab {
  const resource = (name: string) => ({name: `apim_${name}`, key: name, folder: '/labs/apim', release: 'mini'})
  return {
    containers: Object.keys(project.services).flatMap(service => {
      const change = changes[service]
      return change === null ? [] : [container(service, change)]
    }),
    networks: ['lab', 'db'].map(resource),
    volumes: ['mysql', 'schema'].map(resource),
  }
}

const up = (observed: ObservedLab, more: Partial<Parameters<typeof planUp>[0]> = {}) =>
  formatPlan(planUp({project, observed, imageIds: IMAGE_IDS, ...more}))

/** The helper of one who watches the lab. */
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
    'leaves the helper of one who watches': [{...running(), containers: [...running().containers, watching]}, ''],
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

  describe('where the schema is enough for some', () => {
    const waiters = new Set(['publisher-1', 'devportal-1'])

    it('starts them before MySQL is ready, and the others after', () =>
      assertGolden('plans/up-schema', {'schema.txt': up(EMPTY, {schema: {complete: false, waiters}})}))

    it('starts them at once when it was complete before, and hands over no scripts', () => {
      const plan = planUp({
        project,
        observed: {...EMPTY, volumes: running().volumes},
        imageIds: IMAGE_IDS,
        schema: {complete: true, waiters},
      })
      const find = (subject: string, kind: string) =>
        plan.find(operation => operation.subject === subject && operation.kind === kind)
      assert.equal(find('schema', 'create-container'), undefined)
      const ready = find('mysql', 'wait-ready')!.id
      assert.ok(!find('publisher-1', 'start-container')!.after.includes(ready))
      assert.ok(find('key-manager-1', 'start-container')!.after.includes(ready))
    })

    it('adds nothing to a lab that is up', () =>
      assert.equal(up(running({schema: null}), {schema: {complete: true, waiters}}), ''))
  })

  describe('where a seed has the databases', () => {
    const waiters = new Set(['publisher-1', 'devportal-1'])
    const schema = {complete: false, waiters}
    const seed = {name: 'apim-lab-seed-0123456789ab', exists: true}
    const seeded = ({volumes, ...rest}: ObservedLab): ObservedLab => ({
      ...rest,
      volumes: volumes.map(volume => (volume.key === 'mysql' ? {...volume, fromSeed: true} : volume)),
    })
    const withoutSchema = (changes: Parameters<typeof running>[0] = {}) => seeded(running({schema: null, ...changes}))

    it('copies them, without the scripts, and waits for no more than the copy', () =>
      assertGolden('plans/up-seeded', {'seeded.txt': up(EMPTY, {schema, seed})}))

    it('makes the seed first where there is none', () =>
      assertGolden('plans/up-seed', {'seed.txt': up(EMPTY, {schema, seed: {...seed, exists: false}})}))

    it('adds nothing to a lab that is up, be it known or not that its databases are whole', () => {
      for (const complete of [true, false])
        for (const exists of [true, false])
          assert.equal(up(withoutSchema(), {schema: {complete, waiters}, seed: {...seed, exists}}), '')
    })

    it('leaves databases alone that were not copied', () => {
      const kept = {...running(), containers: []}
      assert.equal(up(kept, {schema, seed}), up(kept, {schema}))
    })

    const stopped = {...withoutSchema(), containers: []}

    it('copies again where nobody has seen the copy whole', () => {
      const plan = up(stopped, {schema, seed})
      assert.match(plan, /^ {2}1 {2}mysql: copy the databases of apim-lab-seed-0123456789ab \(not seen whole yet\)\n/)
      assert.match(plan, /mysql: start \(not there\) {2}\[after 1, 2\]/)
      assert.doesNotMatch(plan, /schema/)
    })

    it('makes no seed for databases that are there: half a copy begins again from the scripts', () =>
      assert.equal(up(stopped, {schema, seed: {...seed, exists: false}}), up(stopped, {schema})))
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
    assert.equal(plan.filter(({kind}) => kind === 'remove-volume').length, 2)
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
