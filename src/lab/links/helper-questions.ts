import {messageOf} from '../../errors.js'
import type {Helper} from '../../engine/engine.js'
import type {HelperReport, HelperRequest} from '../../model/helper-protocol.js'

type WithoutId<T> = T extends unknown ? Omit<T, 'id'> : never

/** What is answered once. */
export type HelperQuestion = WithoutId<Extract<HelperRequest, {readonly id: number}>>
export type HelperReply = Extract<HelperReport, {readonly id: number}>

/** Asks one helper many things at once: one listener hears all answers. A helper that is gone answers everything with the reason. */
export class HelperQuestions {
  readonly #waiting = new Map<number, (reply: HelperReply) => void>()
  readonly #over = new AbortController()
  #silenced: string | undefined
  #last = 0

  constructor(
    private readonly session: Helper,
    private readonly signal: AbortSignal,
  ) {
    const until = AbortSignal.any([signal, this.#over.signal])
    session.receive(report => this.#hear(report), until).catch((error: unknown) => this.#silence(messageOf(error)))
  }

  #silence(reason: string): void {
    this.#silenced = `could not be asked: ${reason}`
    for (const id of this.#waiting.keys()) this.#answer({kind: 'result', id, ok: false, detail: this.#silenced})
  }

  #answer(reply: HelperReply): void {
    this.#waiting.get(reply.id)?.(reply)
    this.#waiting.delete(reply.id)
  }

  #hear(report: HelperReport): undefined {
    if (report.kind === 'fault') this.#silence(report.detail)
    else if ('id' in report) this.#answer(report)
  }

  /** Throws on abort only. */
  async ask(question: HelperQuestion): Promise<HelperReply> {
    const id = ++this.#last
    const answer = new Promise<HelperReply>(resolve => this.#waiting.set(id, resolve))
    if (this.#silenced === undefined) this.session.send({...question, id})
    else this.#answer({kind: 'result', id, ok: false, detail: this.#silenced})
    const reply = await answer
    this.signal.throwIfAborted()
    return reply
  }

  /** What is still unanswered is answered with the end. */
  end(): void {
    this.#over.abort()
  }
}
