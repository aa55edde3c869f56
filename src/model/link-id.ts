import {LabError} from '../errors.js'
import {balancedPairs, databasePairs, linkPairs} from './link-pairs.js'
import {nearest} from './nearest.js'
import {LOAD_BALANCER, type Topology} from './topology.js'

/** Who asks whom on which port, or for which database. The server may be a component: all of its nodes. */
export type LinkEnds =
  | {readonly client: string; readonly server: string; readonly port: number}
  | {readonly client: string; readonly server: string; readonly database: string}

/** Whoever comes in through the load balancer. */
export const USER = 'user'
/** Stands for the embedded databases of a node. */
export const LOCAL_DATABASE = 'local'

const placeOf = (ends: LinkEnds) => ('database' in ends ? `/${ends.database}` : `:${ends.port}`)

/** `gateway-1->traffic-manager-1:5672`, `publisher-1->mysql/apimgtdb`. */
export const printLinkId = (ends: LinkEnds): string => `${ends.client}->${ends.server}${placeOf(ends)}`

const LINK_ID = /^\s*([a-z][a-z0-9-]*)\s*->\s*([a-z][a-z0-9-]*)(?::(\d{1,5})|[/ ](\w+))\s*$/

/** Reads an id; as `links` shows it to people, with spaces, too. Undefined for anything else. */
export function parseLinkId(text: string): LinkEnds | undefined {
  const [, client, server, port, database] = LINK_ID.exec(text) ?? []
  if (client === undefined || server === undefined) return undefined
  return database === undefined ? {client, server, port: Number(port)} : {client, server, database}
}

/** Every link and login that is checked in a lab, between nodes. A link with two purposes is there twice. */
function allLinks(topology: Topology): readonly LinkEnds[] {
  return [
    ...topology.openPorts.map(({port}) => ({client: USER, server: LOAD_BALANCER, port})),
    ...balancedPairs(topology).map(({server, open}) => ({
      client: LOAD_BALANCER,
      server: server.name,
      port: open.spec.port,
    })),
    ...linkPairs(topology).map(({client, server, link}) => ({
      client: client.name,
      server: server.name,
      port: link.port,
    })),
    ...databasePairs(topology).map(({client, database}) => ({
      client: client.name,
      server: topology.server.name,
      database,
    })),
    ...topology.nodes
      .filter(({spec}) => spec.localDatabases.length > 0)
      .map(({name}) => ({client: name, server: name, database: LOCAL_DATABASE})),
  ]
}

/** How words may name a link of this lab: its own id, and a component in place of a node. */
function naming(topology: Topology) {
  const componentOf = new Map(topology.nodes.map(({name, component}) => [name, component]))
  const namesOf = (end: string) => [...new Set([end, componentOf.get(end) ?? end])]
  const named = (ends: LinkEnds) =>
    namesOf(ends.client).flatMap(client => namesOf(ends.server).map(server => printLinkId({...ends, client, server})))
  return {namesOf, named}
}

/** The links that a word names, a component for all of its nodes. Throws `link-unknown` with those that there are. */
export function findLinks(word: string, topology: Topology): readonly LinkEnds[] {
  const links = allLinks(topology)
  const {named} = naming(topology)
  const ends = parseLinkId(word)
  const found = ends ? links.filter(link => named(link).includes(printLinkId(ends))) : []
  if (found.length === 0) throw unknownLink(word, links, named, topology.settings.lab)
  return found
}

/**
 * The ids of the links that arguments name, a component for all of its nodes; one whose server is the component itself is among them, since an
 * address may lead to no node. Undefined without arguments: all. Throws `link-unknown` with the nearest id.
 */
export function pickLinks(words: readonly string[], topology: Topology): ReadonlySet<string> | undefined {
  if (words.length === 0) return undefined
  const {namesOf} = naming(topology)
  return new Set(
    words
      .flatMap(word => findLinks(word, topology))
      .flatMap(link => namesOf(link.server).map(server => printLinkId({...link, server}))),
  )
}

const MAX_SHOWN = 80

/** Of the links that there are: those of the two ends that were named, else of the client, else all. */
function closeLinks(word: string, links: readonly LinkEnds[], named: (ends: LinkEnds) => readonly string[]) {
  const [client = '', server = ''] = word.split(/\s*->\s*|[:/]/)
  const beginning = (start: string) => links.filter(ends => named(ends).some(id => id.startsWith(start)))
  const [close = []] = [beginning(`${client}->${server}`), beginning(`${client}->`), links].filter(
    all => all.length > 0,
  )
  return [...new Set(close.map(printLinkId))]
}

function unknownLink(
  word: string,
  links: readonly LinkEnds[],
  named: (ends: LinkEnds) => readonly string[],
  lab: string,
): LabError {
  const known = [...new Set(links.flatMap(named))]
  const near = nearest(word.slice(0, MAX_SHOWN), known)
  const shown = JSON.stringify(word.length > MAX_SHOWN ? `${word.slice(0, MAX_SHOWN)}…` : word)
  // An unquoted id loses all from its > on: the shell writes the output there.
  const why = word.endsWith('-')
    ? '; a shell takes > for itself: put the id in quotes'
    : near === undefined
      ? ''
      : `; did you mean ${near}`
  const next = near ?? known[0]
  return new LabError('link-unknown', `Lab ${lab} has no link ${shown}${why}.`, {
    evidence: ['It has:', ...closeLinks(word, links, named).map(id => `  ${id}`)],
    next: [...(next === undefined ? [] : [`apim-lab links '${next}'`]), 'apim-lab links (shows all)'],
  })
}
