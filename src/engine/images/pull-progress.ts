import type {ProgressMessage} from './progress-stream.js'

interface Layer {
  readonly current: number
  readonly total: number
}

const MB = 1_000_000

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
    return `${(sum('current') / MB).toFixed(1)} of ${(sum('total') / MB).toFixed(1)} MB`
  }
}
