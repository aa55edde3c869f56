import {setMaxListeners} from 'node:events'
import type {Command} from '@oclif/core'
import type {LabContext} from '../lab/context.js'
import type {Watcher} from '../lab/watch/watch-status.js'
import {LabCommand} from './lab-command.js'
import {usesColor} from './reporters.js'
import {outputClosed} from './streaming.js'
import {jsonWatch, lineWatch, screenWatch, type WatchView} from './watch-output.js'

/** What `status` and `links` share: they can go on, and show what changes. */
export abstract class WatchCommand<T extends typeof Command> extends LabCommand<T> {
  /** Shows what `watch` sees: drawn in place on a terminal, a line a change elsewhere, NDJSON with --json. Ends with `watch`, or when stopped. */
  protected async showChanges<S>(
    view: WatchView<S>,
    watch: (context: LabContext, watcher: Watcher<S>) => Promise<void>,
  ): Promise<void> {
    this.streams = true
    const context = this.context()
    const signal = AbortSignal.any([context.signal, outputClosed()])
    // Every node of a lab may be asked at once.
    setMaxListeners(0, signal)
    await watch({...context, signal}, this.#watcher(view))
  }

  #watcher<S>(view: WatchView<S>): Watcher<S> {
    const {stdout} = process
    const write = (text: string) => void stdout.write(text)
    if (this.jsonEnabled()) return jsonWatch(view, write)
    if (!stdout.isTTY || process.env['TERM'] === 'dumb') return lineWatch(view, write)
    const {watcher, screen} = screenWatch(view, {
      write,
      columns: () => stdout.columns || 80,
      rows: () => stdout.rows || 24,
      color: usesColor(stdout),
    })
    this.takeTerminal(screen)
    stdout.on('resize', () => screen.draw())
    return watcher
  }
}
