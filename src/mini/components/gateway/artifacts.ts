import {mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {z} from 'zod'
import {reasonOf} from '../../failure.js'
import type {ApiArtifact} from '../../hub/deployment.js'
import type {Log} from '../../log.js'

const endpoint = z.string().max(2000).refine(isEndpoint, 'no http, https, ws or wss URL')

function isEndpoint(text: string): boolean {
  return URL.canParse(text) && ['http:', 'https:', 'ws:', 'wss:'].includes(new URL(text).protocol)
}

const text = z.string().max(1000)
/** Names of files are made of it, so it has no character that leads elsewhere. */
export const uuid = z.string().regex(/^[\w-]{1,100}$/)

/** Everything that decides how a call is handled is checked before it is kept. */
export const artifact: z.ZodType<ApiArtifact> = z.object({
  apiId: z.number().int(),
  uuid,
  name: text,
  version: text,
  context: z.string().regex(/^\/[^\s?#]{1,255}$/),
  provider: text,
  policy: text.nullable(),
  apiType: z.enum(['HTTP', 'WS']),
  status: text,
  isDefaultVersion: z.boolean(),
  tenantDomain: text,
  urlMappings: z
    .array(
      z.object({
        httpMethod: text,
        urlPattern: text,
        authScheme: text,
        throttlingPolicy: text,
        scopes: z.array(text),
      }),
    )
    .max(10_000),
  digest: text,
  endpoints: z.object({production: endpoint.optional(), sandbox: endpoint.optional()}),
  transport: z.array(text),
  authorizationHeader: z
    .string()
    .regex(/^[\w-]{1,100}$/)
    .optional(),
  cors: z
    .object({
      allowOrigins: z.array(text),
      allowCredentials: z.boolean(),
      allowHeaders: z.array(text),
      allowMethods: z.array(text),
    })
    .optional(),
}) as z.ZodType<ApiArtifact>

/** The APIs that were deployed here: files of this node, as the product's Synapse artifacts are. */
export interface Artifacts {
  all(): Iterable<ApiArtifact>
  deploy(api: ApiArtifact): void
  undeploy(uuid: string): void
}

/** Where the product's gateway keeps them, relative to the home. */
export const SYNAPSE = 'repository/deployment/server/synapse-configs/default'

/** Loads what is there; a file that can't be read is left out, and the log says so. */
export const openArtifacts = (home: string, log: Log): Artifacts => {
  const folder = join(home, SYNAPSE, 'api')
  mkdirSync(folder, {recursive: true})
  const apis = new Map<string, ApiArtifact>()
  const fileOf = (id: string) => join(folder, `${id}.json`)
  for (const name of readdirSync(folder)) {
    if (!name.endsWith('.json')) continue
    try {
      const api = artifact.parse(JSON.parse(readFileSync(join(folder, name), 'utf8')))
      apis.set(api.uuid, api)
    } catch (error) {
      log('WARN', 'Gateway', `${join(folder, name)} is no API artifact: ${reasonOf(error)}`)
    }
  }
  return {
    all: () => apis.values(),
    deploy: api => {
      const file = fileOf(api.uuid)
      // URLs of endpoints may hold an account.
      writeFileSync(`${file}.new`, JSON.stringify(api), {mode: 0o600})
      renameSync(`${file}.new`, file)
      apis.set(api.uuid, api)
    },
    undeploy: id => {
      rmSync(fileOf(id), {force: true})
      apis.delete(id)
    },
  }
}
