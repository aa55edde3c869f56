import * as z from 'zod'
import type {LabFolder} from '../../disk/lab-folder.js'
import {attempt} from '../../model/attempt.js'
import {fromJson} from '../../model/from-json.js'
import {parseCompose, type ComposeProject} from '../../render/compose.js'
import type {Secrets} from '../../render/secrets.js'

/** What was rendered for the lab; undefined where it is gone, or no longer what we wrote: `up` writes it anew. */
export async function keptProject(folder: LabFolder): Promise<ComposeProject | undefined> {
  const text = await folder.readCompose()
  return text === undefined ? undefined : attempt(() => parseCompose(text))
}

/** One that was cut off, or that would break a file that it is put into, is none. */
const secret = z
  .string()
  .regex(/^[\w-]{16,}$/)
  .exactOptional()
  .catch(undefined as never)

const SECRETS = z.object({
  databaseRoot: secret,
  accounts: z
    .record(z.string(), secret)
    .exactOptional()
    .catch(undefined as never),
  probeAccount: secret,
  adminAccount: secret,
  keyStore: secret,
  encryptionKey: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .exactOptional()
    .catch(undefined as never),
} satisfies Record<keyof Secrets, z.ZodType>)

/** The lab's secrets; undefined where they are gone or damaged: the database server takes new ones at its next start. */
export async function keptSecrets(folder: LabFolder): Promise<Partial<Secrets> | undefined> {
  const text = await folder.readPrivate('secrets')
  return text === undefined ? undefined : fromJson(SECRETS, text)
}
