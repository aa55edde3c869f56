import type {LabFolder} from '../../disk/lab-folder.js'
import type {Engine} from '../../engine/engine.js'
import type {ObservedContainer, ObservedLab} from '../../plan/observed.js'

/** By container id: the start since which it was seen ready. */
type SeenReady = Readonly<Record<string, string>>

function parse(text: string | undefined): SeenReady {
  try {
    const value: unknown = JSON.parse(text ?? '{}')
    return typeof value === 'object' && value !== null ? (value as SeenReady) : {}
  } catch {
    return {}
  }
}

const running = ({state, helper}: ObservedContainer) => state === 'running' && !helper

/** Notes that all nodes that run now were seen ready. */
export async function writeLastReady(folder: LabFolder, engine: Engine, lab: string): Promise<void> {
  const {containers} = await engine.observe(lab)
  const starts = await Promise.all(
    containers.filter(running).map(async ({id}) => [id, (await engine.lifeOf(id)).started ?? ''] as const),
  )
  await folder.writePrivate('ready', JSON.stringify(Object.fromEntries(starts)))
}

/**
 * The lab with what is known better than by health checks: they run seldom, so a node that was seen ready counts as healthy until its
 * first check, if it was not started again since.
 */
export async function withLastReady(observed: ObservedLab, folder: LabFolder, engine: Engine): Promise<ObservedLab> {
  const unsure = observed.containers.filter(container => running(container) && container.health === 'starting')
  if (unsure.length === 0) return observed
  const seen = parse(await folder.readPrivate('ready'))
  const proven = await Promise.all(
    unsure.map(async ({id}) => (Object.hasOwn(seen, id) && seen[id] === (await engine.lifeOf(id)).started ? [id] : [])),
  )
  const ids = new Set(proven.flat())
  const containers = observed.containers.map(it => (ids.has(it.id) ? {...it, health: 'healthy' as const} : it))
  return {...observed, containers}
}
