import {parse} from 'yaml'
import {z} from 'zod'

/**
 * The closed subset of compose that a lab is written in: what the executor can do, and nothing else. Any other key is a mistake
 * in our template.
 */
const text = z.string()
const seconds = z.string().regex(/^\d+s$/)

const port = z.strictObject({target: z.int(), published: text, host_ip: text, protocol: z.literal('tcp')})

const volume = z.strictObject({
  type: z.enum(['bind', 'volume']),
  source: text,
  target: text,
  read_only: z.boolean(),
})

const healthcheck = z.strictObject({
  test: z.array(text),
  interval: seconds,
  timeout: seconds,
  retries: z.int(),
  start_period: seconds,
  start_interval: seconds.optional(),
})

const service = z.strictObject({
  image: text,
  platform: text.optional(),
  container_name: text,
  init: z.literal(true).optional(),
  hostname: text,
  user: text.optional(),
  entrypoint: z.array(text).optional(),
  command: z.array(text).optional(),
  environment: z.record(text, text).optional(),
  network_mode: z.literal('none').optional(),
  networks: z.record(text, z.strictObject({aliases: z.array(text)})).optional(),
  ports: z.array(port).optional(),
  volumes: z.array(volume).optional(),
  depends_on: z
    .record(
      text,
      z.strictObject({
        condition: z.enum(['service_healthy', 'service_completed_successfully']),
        // A lab whose databases are a seed's has no such container, and `docker compose start` is to work all the same (compose 2.20).
        required: z.literal(false).optional(),
      }),
    )
    .optional(),
  healthcheck: healthcheck.optional(),
  labels: z.record(text, text),
  logging: z
    .strictObject({
      driver: z.literal('json-file'),
      options: z.strictObject({'max-size': text, 'max-file': text}),
    })
    .optional(),
  mem_limit: z.string().regex(/^\d+m$/),
  cap_drop: z.tuple([z.literal('ALL')]),
  cap_add: z.array(text).optional(),
  // Labs that an older apim-lab rendered have it with a colon, which Docker deprecated.
  security_opt: z.tuple([z.enum(['no-new-privileges=true', 'no-new-privileges:true'])]),
  pids_limit: z.int(),
  restart: z.literal('no'),
  stop_grace_period: seconds,
})

const resource = z.strictObject({name: text, labels: z.record(text, text)})

export const COMPOSE_SCHEMA = z.strictObject({
  name: text,
  services: z.record(text, service),
  networks: z.record(text, resource.extend({internal: z.literal(true).optional()})),
  volumes: z.record(text, resource),
})

export type ComposeProject = z.infer<typeof COMPOSE_SCHEMA>
export type ComposeService = z.infer<typeof service>
export type ComposeVolume = z.infer<typeof volume>
export type ComposeResource = z.infer<typeof resource>

/** A `$` stands doubled in the file, since compose would interpolate it. */
const single = (value: unknown): unknown => {
  if (typeof value === 'string') return value.replaceAll('$$', '$')
  if (Array.isArray(value)) return value.map(single)
  if (value !== null && typeof value === 'object')
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, single(item)]))
  return value
}

/** Reads a rendered compose.yaml back. Throws a ZodError for anything outside the subset: our bug. */
export function parseCompose(source: string): ComposeProject {
  return COMPOSE_SCHEMA.parse(single(parse(source)))
}
