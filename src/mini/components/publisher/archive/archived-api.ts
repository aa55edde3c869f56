import {parse as parseYaml} from 'yaml'
import type {ApiDocument} from '../../../apis/documents.js'
import type {Definition} from '../../../apis/read-definition.js'
import type {Files} from '../../../archive.js'
import {badRequest} from '../../../http/fault.js'
import type {GivenPlace} from '../revising.js'

/** A document, with what it shows. */
export interface ArchivedDocument {
  readonly document: ApiDocument
  readonly fileName: string | null
  readonly bytes: Buffer | undefined
}

/** What an archive says of an API, in whatever form. */
export interface ArchivedApi {
  readonly name: string
  readonly version: string
  readonly provider: string | undefined
  readonly status: string
  /** Of a POST that makes the API: APIDTO, still to be checked. */
  readonly body: Readonly<Record<string, unknown>>
  readonly definition: Definition | undefined
  readonly graphQLSchema?: string | undefined
  readonly documents: readonly ArchivedDocument[]
  readonly icon: Buffer | undefined
  /** Where a revision of it is deployed, in 4.x. */
  readonly places?: readonly GivenPlace[]
}

/** A file's YAML, or JSON. Throws a Fault 400. */
export function parsed(bytes: Buffer, path: string): unknown {
  try {
    return parseYaml(bytes.toString('utf8'), {maxAliasCount: 50}) as unknown
  } catch {
    throw badRequest(`Error while reading API meta information from path: ${path}`)
  }
}

/** A file that is there as YAML or as JSON, as text. */
export function either(files: Files, path: string): {readonly path: string; readonly bytes: Buffer} | undefined {
  for (const ending of ['yaml', 'yml', 'json']) {
    const bytes = files.get(`${path}.${ending}`)
    if (bytes) return {path: `${path}.${ending}`, bytes}
  }
  return undefined
}

/** The picture of an API. */
export const iconIn = (files: Files, root: string): Buffer | undefined =>
  [...files].find(([path]) => path.startsWith(`${root}Image/icon.`))?.[1]
