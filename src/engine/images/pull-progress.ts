import type {ProgressMessage} from './progress-stream.js'

interface Layer {
  readonly current: number
  readonly total: number
}

/** How far one layer is. */
export interface LayerProgress {
  readonly layer: string
  readonly text: string
  readonly done: boolean
}

const MB = 1_000_000

const figures = (current: number, total: number) => `${(current / MB).toFixed(1)} of ${(total / MB).toFixed(1)} MB`

/** What the engine calls it -> what is shown. */
const WORK: Readonly<Record<string, string>> = {Downloading: 'downloading', Extracting: 'unpacking'}
const DONE: Readonly<Record<string, string>> = {'Pull complete': 'done', 'Already exists': 'here already'}

/** Sums what a pull tells of its layers. */
export class PullProgress {
  readonly #layers = new Map<string, Layer>()

  /** Takes one message in; the text to show, if there is a new one. */
  take({id, status, progressDetail}: ProgressMessage): string | undefined {
    if (id === undefined) return undefined
    const known = this.#layers.get(id)
    if (status === 'Downloading' && progressDetail?.current !== undefined) {
      const {current, total = current} = progressDetail
      this.#layers.set(id, {current, total: Math.max(current, total)})
    } else if (known && (status === 'Download complete' || status === 'Pull complete')) {
      this.#layers.set(id, {current: known.total, total: known.total})
    } else {
      return undefined
    }
    return this.text()
  }

  /** Such as "12.3 of 80.1 MB": the layers whose size is known by now. */
  text(): string {
    const layers = [...this.#layers.values()]
    const sum = (key: keyof Layer) => layers.reduce((bytes, layer) => bytes + layer[key], 0)
    return figures(sum('current'), sum('total'))
  }
}

/** What a message tells of one layer, if it is about one. */
export function layerProgress({id, status, progressDetail}: ProgressMessage): LayerProgress | undefined {
  if (id === undefined || status === undefined) return undefined
  const done = DONE[status]
  if (done !== undefined) return {layer: id, text: done, done: true}
  const work = WORK[status]
  if (work === undefined || progressDetail?.current === undefined) return undefined
  const {current, total = current} = progressDetail
  return {layer: id, text: `${work}, ${figures(current, total)}`, done: false}
}
