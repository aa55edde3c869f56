import type {LabFolder} from '../disk/lab-folder.js'
import {parseCompose, type ComposeProject} from '../render/compose.js'
import type {Secrets} from '../render/secrets.js'

/** What was rendered for the lab; undefined where it is gone, or no longer what we wrote: `up` writes it anew. */
export async function keptProject(folder: LabFolder): Promise<ComposeProject | undefined> {
  const text = await folder.readCompose()
  return text === undefined ? undefined : orNothing(() => parseCompose(text))
}

/** The lab's secrets; undefined where they are gone or damaged: MySQL takes new ones at its next start. */
export async function keptSecrets(folder: LabFolder): Promise<Partial<Secrets> | undefined> {
  const text = await folder.readPrivate('secrets')
  const value: unknown = text === undefined ? undefined : orNothing(() => JSON.parse(text) as unknown)
  return typeof value === 'object' && value !== null ? value : undefined
}

function orNothing<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}
