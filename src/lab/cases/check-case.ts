import {basename} from 'node:path'
import {LabError} from '../../errors.js'
import {PHASES, placeOfPhase, stepsOf, type Case} from '../../model/cases/case.js'
import {isOfLink} from '../../model/cases/kinds/fault.js'
import {throwMistakes, type LaterMistake} from '../../model/cases/parse-case.js'
import type {Named, NamedService, NamedWord} from '../../model/cases/step-kind.js'
import {rowOf} from '../../model/cases/step.js'
import {faultPlaces} from '../../model/faults/fault-places.js'
import {nearest} from '../../model/nearest.js'
import {placeOf, servesAt, SERVICES} from '../../model/services.js'
import type {Topology} from '../../model/topology.js'
import type {LabContext} from '../context.js'
import {resolveLab} from '../resolve/resolve-lab.js'
import {caseSettings, labRequest, type CaseLabOptions, type LoadedCase} from './case-lab.js'

export interface CheckedCase {
  readonly case: string
  readonly file: string
  readonly release: string
  /** Why nobody has run it. */
  readonly neverRun?: string
  readonly steps: number
}

const unlike = (word: string, what: string, known: readonly string[]) => {
  const near = nearest(word, known)
  return `the lab has no ${what} ${word}${near === undefined ? `; it has ${known.join(', ')}` : `; did you mean ${near}`}`
}

function linkMistake(word: string, topology: Topology): string | undefined {
  try {
    faultPlaces(word, topology)
    return undefined
  } catch (error) {
    if (!(error instanceof LabError)) throw error
    return error.message.replace(/\.$/, '')
  }
}

/** A component stands for the only node that it has. */
function serviceMistake({word, node}: NamedService, topology: Topology): string | undefined {
  const place = placeOf(word, topology)
  if (!place) return `the lab has no ${SERVICES[word]}`
  if (node === undefined || node.includes('${') || servesAt(node, place)) return undefined
  const {nodes} = topology
  const isKnown = nodes.some(({name, component}) => name === node || component === node)
  return isKnown ? `${node} has no ${SERVICES[word]}; ${place.nodes.map(({name}) => name).join(', ')} has` : undefined
}

function wordMistake({word, is}: NamedWord, topology: Topology): string | undefined {
  const {nodes, server, release} = topology
  const names = [...new Set(nodes.flatMap(({name, component}) => [name, component]))]
  const databases = [server.name, ...release.databases.map(({name}) => name)]
  if (is === 'database') return databases.includes(word) ? undefined : unlike(word, 'database', databases)
  if (is === 'target' && isOfLink(word)) return linkMistake(word, topology)
  // `verify` calls an API with an opaque token where there are such.
  if (is === 'tokens')
    return word === 'OAUTH' && !('opaque' in (release.walk?.links ?? {}))
      ? `applications of release ${release.name} get JWTs, whatever they ask for`
      : undefined
  return names.includes(word) ? undefined : unlike(word, 'node', names)
}

const mistakeOf = (named: Named, topology: Topology) =>
  named.is === 'service' ? serviceMistake(named, topology) : wordMistake(named, topology)

/** What the steps name and the lab does not have. What is filled in at run time is known only then. */
export function mistakesWith(one: Case, topology: Topology): readonly LaterMistake[] {
  return PHASES.flatMap(phase =>
    stepsOf(one, phase).flatMap((step, i) => {
      const {kind, said} = rowOf(step)
      return (kind.names?.(said) ?? []).flatMap(named => {
        const message = named.word.includes('${') ? undefined : mistakeOf(named, topology)
        return message === undefined ? [] : [{path: [...placeOfPhase(phase), i, kind.name, ...named.path], message}]
      })
    }),
  )
}

/** The lab that a case asks for, as it would be. Throws `overlay-invalid` and `file-unusable` for its files, `usage-invalid` for a release without REST APIs. */
export async function topologyOf(loaded: LoadedCase, options: CaseLabOptions, context: LabContext): Promise<Topology> {
  const request = labRequest(loaded, await caseSettings(loaded), options, context)
  const {topology, release} = await resolveLab(request, context)
  if (release.walk) return topology
  throw new LabError(
    'usage-invalid',
    `No case can be run on release ${release.name} yet: its REST APIs are not known.`,
    {next: ['apim-lab releases']},
  )
}

/**
 * Checks all that can be checked without a lab: the files that a case names, and the nodes, links, services and databases of its steps. Throws
 * `case-invalid` with every mistake, and what `topologyOf` throws.
 */
export async function checkCase(
  loaded: LoadedCase,
  options: CaseLabOptions,
  context: LabContext,
): Promise<CheckedCase> {
  const {case: one, path, text} = loaded
  const topology = await topologyOf(loaded, options, context)
  throwMistakes(mistakesWith(one, topology), text, basename(path))
  return {
    case: one.name,
    file: path,
    release: topology.release.name,
    ...(one.neverRun !== undefined && {neverRun: one.neverRun}),
    steps: PHASES.reduce((sum, phase) => sum + stepsOf(one, phase).length, 0),
  }
}
