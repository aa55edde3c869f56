import type {VolumeAnswer, VolumeTask} from '../../../src/model/volume-tasks.js'
import type {Container, Volume} from '../stub/model.js'
import type {World} from '../stub/world.js'

const NEXT = 'next'
const BEFORE = 'before'

/** A folder of a volume, as one text: what differs in it does not matter here. */
class Folder {
  constructor(
    private readonly content: Map<string, string>,
    private readonly name: string,
  ) {}

  get(part = ''): string | undefined {
    return this.content.get(`${this.name}/${part}`)
  }

  set(text: string | undefined, part = ''): void {
    if (text === undefined) this.content.delete(`${this.name}/${part}`)
    else this.content.set(`${this.name}/${part}`, text)
  }
}

/** What the helper of a snapshot does on the stub: the data of a volume is a text. */
export class StubVolumes {
  /** Containers that stand still. */
  readonly frozen = new Set<string>()

  constructor(
    private readonly world: () => World,
    private readonly onFilled: (volume: Volume) => void,
  ) {}

  perform(task: VolumeTask, helper: Container): VolumeAnswer {
    const at = (path: string) => this.#folder(helper, path)
    switch (task.do) {
      case 'measure':
        // Full all at once: nobody could have known.
        if (this.world().freeBytes === 0) return {bytes: 0, freeBytes: 0}
        return {bytes: task.folders.length * 1e6, freeBytes: this.world().freeBytes}
      case 'mirror':
        if (this.world().freeBytes === 0) return {full: true}
        for (const {from, to} of task.pairs) this.#fill(helper, to, at(from).get())
        return {bytes: 1e6 * task.pairs.length, files: task.pairs.length, copiedBytes: 1e6}
      case 'compare':
        return {differ: task.pairs.filter(({from, to}) => at(from).get() !== at(to).get()).map(({to}) => to)}
      case 'stage':
        for (const {from, to} of task.pairs) at(to).set(at(from).get(), NEXT)
        return {}
      case 'swap':
        for (const path of task.folders) {
          at(path).set(at(path).get() ?? '', BEFORE)
          this.#fill(helper, path, at(path).get(NEXT))
        }
        return {}
      case 'undo':
        for (const path of task.folders) {
          const before = at(path).get(BEFORE)
          if (before !== undefined) this.#fill(helper, path, before)
          this.#clear(at(path))
        }
        return {}
      case 'finish':
        for (const path of task.folders) this.#clear(at(path))
        return {}
      case 'freeze':
        for (const id of task.containers) this.frozen.add(id)
        return {}
      case 'thaw':
        this.thaw()
        return {frozenMs: 20}
      case 'thaw-all':
        this.thaw()
        return {}
      case 'watch':
      case 'unwatch':
        return {}
    }
  }

  /** As when a helper ends. */
  thaw(): void {
    this.frozen.clear()
  }

  #clear(folder: Folder): void {
    for (const part of [NEXT, BEFORE]) folder.set(undefined, part)
  }

  #mounted({mounts}: Container, path: string): {volume: Volume; below: string} | undefined {
    const mount = mounts.find(({Destination}) => path === Destination || path.startsWith(`${Destination}/`))
    const volume = mount?.Name === undefined ? undefined : this.world().volumes.get(mount.Name)
    return volume && {volume, below: path.slice(mount!.Destination.length)}
  }

  #folder(helper: Container, path: string): Folder {
    const found = this.#mounted(helper, path)
    if (!found) throw new Error(`no volume is mounted at ${path}`)
    return new Folder(found.volume.content, found.below)
  }

  #fill(helper: Container, path: string, text: string | undefined): void {
    const found = this.#mounted(helper, path)!
    new Folder(found.volume.content, found.below).set(text ?? '')
    if (found.below === '' && text?.startsWith('databases')) this.onFilled(found.volume)
  }
}

/** The data of a lab's volume on the stub. */
export const contentOf = (volume: Volume | undefined): string | undefined => volume?.content.get('/')
