import {basename} from 'node:path'
import {LabError} from '../../errors.js'
import {PHASES, placeOfPhase, releasesOf, stepsOf, type Case} from '../../model/cases/case.js'
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
import {caseSnapshot} from './case-snapshot.js'
import {caseSettings, labRequest, type CaseLabOptions, type LoadedCase} from './case-lab.js'

/** A case without mistakes: what others may rely on in `case check --json`. */
export interface CheckedCase {
  readonly case: string
  readonly file: string
  /** The first of them. */
  readonly release: string
  readonly releases: readonly string[]
  /** The snapshot that it begins from. */
  readonly snapshot?: {
    readonly file: string
    readonly lab: string
    readonly created: string
    readonly bytes: number
  }
  /** Why nobody has run it. */
  readonly neverRun?: string
  readonly steps: number
}

export interface CheckOptions extends CaseLabOptions {
  /** A snapshot is read to its end; true without it. What imports it does so anyway. */
  readonly whole?: boolean
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
      const {kind, input} = rowOf(step)
      return (kind.names?.(input) ?? []).flatMap(named => {
        const message = named.word.includes('${') ? undefined : mistakeOf(named, topology)
        return message === undefined ? [] : [{path: [...placeOfPhase(phase), i, kind.name, ...named.path], message}]
      })
    }),
  )
}

/** The releases that a case is run on; undefined: the one that a lab would have. */
export function namedReleases(one: Case): readonly (string | undefined)[] {
  const releases = releasesOf(one)
  return releases.length > 0 ? releases : [undefined]
}

/** Throws `case-invalid` at its place for a snapshot that can't be read, `usage-invalid` where another release was asked for. */
async function checkedSnapshot(loaded: LoadedCase, {release, whole = true}: CheckOptions, context: LabContext) {
  const {case: one, path, text} = loaded
  try {
    const snapshot = await caseSnapshot(loaded, context, {whole})
    const own = snapshot?.manifest.release
    if (own === undefined || release === undefined || release === own) return snapshot
    throw new LabError('usage-invalid', `The case ${one.name} begins from a snapshot, whose release is ${own}.`, {
      next: [`apim-lab case run ${path} (on ${own})`],
    })
  } catch (error) {
    const {code, message} = error as LabError
    if (error instanceof LabError && (code === 'snapshot-invalid' || code === 'file-unusable'))
      throwMistakes([{path: ['lab', 'snapshot'], message: message.replace(/\.$/, '')}], text, basename(path))
    throw error
  }
}

/** The lab that a case asks for, as it would be. Throws `overlay-invalid` and `file-unusable` for its files, `usage-invalid` for a release without REST APIs. */
export async function topologyOf(loaded: LoadedCase, options: CaseLabOptions, context: LabContext): Promise<Topology> {
  const request = labRequest(loaded, await caseSettings(loaded, context), options, context)
  const {topology, release} = await resolveLab(request, context)
  if (release.walk) return topology
  throw new LabError(
    'usage-invalid',
    `No case can be run on release ${release.name} yet: its REST APIs are not known.`,
    {next: ['apim-lab releases']},
  )
}

/** The name of the release. */
async function checkOn(loaded: LoadedCase, options: CaseLabOptions, context: LabContext): Promise<string> {
  const {case: one, path, text} = loaded
  const topology = await topologyOf(loaded, options, context)
  throwMistakes(mistakesWith(one, topology), text, basename(path))
  return topology.release.name
}

/**
 * Checks all that can be checked without a lab: the files that a case names, and the nodes, links, services and databases of its steps. Throws
 * `case-invalid` with every mistake, `overlay-invalid` and `file-unusable` for its files.
 */
export async function checkCase(loaded: LoadedCase, options: CheckOptions, context: LabContext): Promise<CheckedCase> {
  const {case: one, path} = loaded
  const snapshot = await checkedSnapshot(loaded, options, context)
  const releases: string[] = []
  for (const release of options.release === undefined ? namedReleases(one) : [options.release])
    releases.push(await checkOn(loaded, {...options, ...(release !== undefined && {release})}, context))
  return {
    case: one.name,
    file: path,
    release: releases[0]!,
    releases,
    ...(snapshot && {
      snapshot: {
        file: snapshot.name,
        lab: snapshot.manifest.lab,
        created: snapshot.manifest.created,
        bytes: snapshot.manifest.volumes.reduce((sum, {bytes}) => sum + bytes, 0),
      },
    }),
    ...(one.neverRun !== undefined && {neverRun: one.neverRun}),
    steps: PHASES.reduce((sum, phase) => sum + stepsOf(one, phase).length, 0),
  }
}
