// How long a lab of 50 nodes takes to render, in a process of its own: the first time, and the median of the next eleven, in ms.
import {buildTopology} from '../../src/model/build-topology.js'
import {allReleases, findRelease} from '../../src/model/releases/index.js'
import {renderLab} from '../../src/render/render.js'
import {secrets, settings, templates, TLS, VERSION} from '../support/lab.js'
import {median} from './figures.js'

const NODES = 50

const mini = findRelease('mini', allReleases(VERSION))
// No release takes so many nodes of a component: the limits are the product's, not the renderer's.
const release = {
  ...mini,
  components: mini.components.map(spec => ({...spec, replicas: {...spec.replicas, max: NODES}})),
}
const others = release.components.length - 1 + 2
const topology = buildTopology(settings({components: {gateway: {replicas: NODES - others}}}), release)
const input = {topology, templates: templates(), secrets: secrets(topology), tls: TLS, folder: '/labs/apim'}

function timed(): number {
  const start = process.hrtime.bigint()
  renderLab(input)
  return Number(process.hrtime.bigint() - start) / 1e6
}

const first = timed()
const next = Array.from({length: 11}, timed)
console.log(JSON.stringify({nodes: topology.nodes.length, first, median: median(next)}))
