import * as z from 'zod'
import {LabError} from '../errors.js'

const NAME = /^[a-zA-Z0-9][a-zA-Z0-9._-]{0,62}$/

/** The name, if it is one: it becomes a folder's. Throws `name-invalid`. */
export function checkSnapshotName(name: string): string {
  if (NAME.test(name)) return name
  throw new LabError(
    'name-invalid',
    `${JSON.stringify(name)} can't name a snapshot: use a letter or a digit first, then letters, digits, dots, hyphens and underscores, 63 at most.`,
    {next: ['apim-lab snapshot save before-the-change']},
  )
}

/** The volume that has a snapshot's data, a folder for each volume of the lab. */
export const snapshotVolume = (id: string): string => `apim-lab-snapshot-${id}`

const bytes = z.int().min(0)

/** What is known of a snapshot besides its data. A file of somebody else's may say anything. */
export const SNAPSHOT = z.strictObject({
  format: z.literal(1),
  /** Names its volume. */
  id: z.string().regex(/^[0-9a-f]{12}$/),
  name: z.string().regex(NAME),
  lab: z.string().regex(/^[a-z][a-z0-9-]{0,31}$/),
  release: z.string().max(64),
  created: z.iso.datetime(),
  /** It came out of a file: of its own files only what a lab is made from is kept, and nothing that was rendered. */
  imported: z.literal(true).exactOptional(),
  /** For how long all nodes stood still; absent for a lab in which none ran. */
  frozenMs: z.number().min(0).exactOptional(),
  nodes: z.array(
    z.strictObject({
      name: z.string().max(64),
      component: z.string().max(64),
      state: z.enum(['running', 'paused', 'stopped']),
      image: z.string().max(512),
      imageId: z.string().max(128),
    }),
  ),
  volumes: z.array(z.strictObject({key: z.string().regex(/^[a-z0-9][a-z0-9-]{0,126}$/), bytes, files: bytes})),
})

export type SnapshotManifest = z.infer<typeof SNAPSHOT>

/** Names of nodes that ran then, and of those that were frozen. */
export const nodesIn = ({nodes}: SnapshotManifest, ...states: SnapshotManifest['nodes'][number]['state'][]) =>
  nodes.filter(({state}) => states.includes(state)).map(({name}) => name)
