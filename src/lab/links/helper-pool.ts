import type {Helper} from '../../engine/engine.js'
import {HelperQuestions} from './helper-questions.js'

interface Kept {
  /** The run of the node: a helper stays in the network of the one before. */
  readonly run: string
  readonly helper: Helper
  readonly questions: HelperQuestions
}

/** Helpers that stay open between checks, one for each client: to start one costs far more than all that it is asked. */
export class HelperPool {
  readonly #kept = new Map<string, Kept>()
  /** By client and run. */
  readonly #opening = new Map<string, Promise<HelperQuestions>>()
  readonly #closing: Promise<void>[] = []
  #closed = false

  constructor(private readonly signal: AbortSignal) {}

  /** The helper of a client's run; opened where there is none, or where it has ended. Throws what `open` throws, and once it is closed. */
  async take(client: string, run: string, open: () => Promise<Helper>): Promise<HelperQuestions> {
    const kept = this.#kept.get(client)
    if (kept?.run === run && kept.helper.alive) return kept.questions
    if (kept) this.#drop(client, kept)
    this.#checkOpen()
    // Two may ask from one client at once.
    const key = `${client} ${run}`
    const opening = this.#opening.get(key) ?? this.#open(client, run, open).finally(() => this.#opening.delete(key))
    this.#opening.set(key, opening)
    return opening
  }

  async #open(client: string, run: string, open: () => Promise<Helper>): Promise<HelperQuestions> {
    const helper = await open()
    const questions = new HelperQuestions(helper, this.signal)
    this.#kept.set(client, {run, helper, questions})
    return questions
  }

  #checkOpen(): void {
    // Of several that work at once, one is the first to hear of an abort.
    this.signal.throwIfAborted()
    if (this.#closed) throw new Error('nobody watches any longer')
  }

  #drop(client: string, {helper, questions}: Kept): void {
    this.#kept.delete(client)
    questions.end()
    this.#closing.push(helper.close())
  }

  /** Resolves when all of them are gone, those too that are just being opened. */
  async close(): Promise<void> {
    this.#closed = true
    await Promise.allSettled(this.#opening.values())
    for (const [client, kept] of [...this.#kept]) this.#drop(client, kept)
    await Promise.allSettled(this.#closing)
  }
}
