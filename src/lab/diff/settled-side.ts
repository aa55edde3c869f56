import {readTemplates} from '../../disk/templates.js'
import {withPlaceholders} from '../../config/placeholders.js'
import {readToml} from '../../config/toml-source.js'
import {resolveConfig} from '../../config/resolve.js'
import {LabError} from '../../errors.js'
import {buildTopology} from '../../model/build-topology.js'
import {parseConfig} from '../../model/config-table.js'
import type {Side, SideFile, SideLink, SideNode} from '../../model/diff/side.js'
import {printLinkId} from '../../model/link-id.js'
import {databasePairs, linkPairs} from '../../model/link-pairs.js'
import {mixReleases} from '../../model/mix-releases.js'
import {rulesOf} from '../../model/release.js'
import {findRelease} from '../../model/releases/index.js'
import type {LabSettings} from '../../model/settings.js'
import type {Node, Topology} from '../../model/topology.js'
import {configTexts} from '../../render/node-texts.js'
import type {LabContext} from '../context.js'
import type {SettledOperand} from './operand.js'

/** What a lab is called and where its ports are: two labs never have it in common, and much follows from it. */
export type Naming = Pick<LabSettings, 'lab' | 'portOffset'>

const linksOf = (topology: Topology): readonly SideLink[] => [
  ...linkPairs(topology).map(({client, server, link}) => ({
    id: printLinkId({client: client.name, server: server.name, port: link.port}),
    what: link.purpose,
    nodes: [client.name, server.name],
  })),
  ...databasePairs(topology)
    .filter(({access}) => access !== 'none')
    .map(({client, server, database, access}) => ({
      id: printLinkId({client: client.name, server, database}),
      what: access === 'all' ? 'reads and writes' : 'reads',
      nodes: [client.name],
    })),
]

/** A file as its node reads it: what `links` and `lint` see. */
function sideFile(name: string, text: string, {spec, environment}: Node, {release}: Topology): SideFile {
  const format = name.endsWith('.toml') ? 'toml' : spec.config.some(it => it.format === 'yaml') ? 'yaml' : undefined
  if (format === undefined) return {name, values: text, written: {}}
  if (format === 'yaml') {
    const values = parseConfig(text, format, name)
    return {name, values, written: values}
  }
  const {table: written} = readToml(text)
  const {table} = resolveConfig(written, rulesOf(spec, release), {env: environment})
  return {name, values: withPlaceholders(table), written}
}

/** Settings as they are compared: of a file its text is told by keys. */
const toldSettings = ({lab: _lab, ...settings}: LabSettings): unknown =>
  JSON.parse(JSON.stringify(settings, (key, value: unknown) => (key === 'content' ? undefined : value))) as unknown

/** What the nodes of a lab really run, where the engine can be asked. */
async function ranNow(lab: string, context: LabContext): Promise<NonNullable<SettledOperand['ran']> | undefined> {
  const observed = await context
    .engine()
    .then(engine => engine.observe(lab))
    .catch((error: unknown) => {
      if (error instanceof LabError && error.code.startsWith('engine-')) return undefined
      throw error
    })
  return observed?.containers
    .filter(({helper}) => !helper)
    .map(({service, component, image, imageId}) => ({name: service, component, state: 'running', image, imageId}))
}

/**
 * A lab, a snapshot or a release as its settings make it, with the name and the ports of another one: what follows from those is no
 * difference. Passwords that are made at random are not in it.
 */
export async function settledSide(
  {kind, title, settings, ran: stored}: SettledOperand,
  naming: Naming,
  context: LabContext,
): Promise<Side> {
  const {releases} = context
  const named = {...settings, ...naming}
  const topology = buildTopology(named, mixReleases(findRelease(named.release, releases), named, releases))
  const ran = kind === 'lab' ? await ranNow(settings.lab, context) : stored
  const texts = configTexts(topology, await readTemplates(context.templates))
  const nodes = topology.nodes.map((node): SideNode => {
    const seen = ran?.find(({name}) => name === node.name)
    return {
      name: node.name,
      image: seen?.image ?? node.image,
      ...(seen && {imageId: seen.imageId}),
      environment: node.environment,
      files: texts
        .filter(text => text.node.name === node.name)
        .map(({name, text}) => sideFile(name, text, node, topology)),
    }
  })
  return {
    title,
    release: topology.release.name,
    nodes,
    links: linksOf(topology),
    ...(kind !== 'release' && {settings: toldSettings(settings)}),
    notes:
      kind === 'lab' && !ran
        ? [`the engine does not answer: images of lab ${settings.lab} are those that it asks for`]
        : [],
  }
}
