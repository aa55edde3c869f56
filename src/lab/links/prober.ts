import {messageOf} from '../../errors.js'
import type {HelperSession} from '../../engine/helper-session.js'
import type {HelperReport, HelperRequest, LinkTarget, MysqlLogin} from '../../model/helper-protocol.js'
import type {Access} from '../../model/release.js'
import type {Outcome} from './rows.js'
import type {Scene} from './scene.js'

export interface LoginOutcome extends Outcome {
  /** What an account that gets in may do. */
  readonly access?: Access
}

/** Asks from the network of one client. */
export interface Prober {
  link(target: Omit<LinkTarget, 'authority'>): Promise<Outcome>
  login(login: MysqlLogin, database: string): Promise<LoginOutcome>
}

type Asked = Extract<HelperRequest, {kind: 'probe-link' | 'probe-login'}>

/** One listener hears all answers: a helper is asked many things at once. */
function through(session: HelperSession, {authority, signal, topology}: Scene, over: AbortSignal): Prober {
  const waiting = new Map<number, (outcome: LoginOutcome) => void>()
  let silenced: string | undefined
  let last = 0
  const silence = (reason: string) => {
    silenced = `could not be asked: ${reason}`
    for (const settle of waiting.values()) settle({ok: false, detail: silenced})
  }
  const hear = (report: HelperReport): undefined => {
    if (report.kind === 'result') waiting.get(report.id)?.(report)
    if (report.kind === 'fault') silence(report.detail)
  }
  session.receive(hear, AbortSignal.any([signal, over])).catch((error: unknown) => silence(messageOf(error)))
  const ask = async (id: number, request: Asked): Promise<LoginOutcome> => {
    const answer = new Promise<LoginOutcome>(resolve => waiting.set(id, resolve))
    if (silenced === undefined) session.send(request)
    else waiting.get(id)?.({ok: false, detail: silenced})
    const outcome = await answer
    signal.throwIfAborted()
    return outcome
  }
  return {
    link(target) {
      const id = ++last
      // The product's own certificates are for localhost, and have expired.
      const verified = topology.settings.tls === 'lab' ? {authority} : {}
      return ask(id, {kind: 'probe-link', id, ...target, ...verified})
    },
    login(login, database) {
      const id = ++last
      return ask(id, {kind: 'probe-login', id, login, database})
    },
  }
}

function mute(reason: string): Prober {
  const answer = () => Promise.resolve({ok: false, detail: `could not be asked: ${reason}`})
  return {link: answer, login: answer}
}

/** Works with a helper in the client's own network; one that can't be had answers every question with the reason. */
export async function withProber<T>(client: string, scene: Scene, work: (prober: Prober) => Promise<T>): Promise<T> {
  const {engine, topology, folder, helperImage, containers, signal} = scene
  let session: HelperSession
  try {
    session = await engine.openHelper({
      lab: topology.settings.lab,
      folder,
      image: helperImage,
      network: `container:${containers.get(client)?.id ?? ''}`,
      signal,
    })
  } catch (error) {
    signal.throwIfAborted()
    return work(mute(messageOf(error)))
  }
  const over = new AbortController()
  try {
    return await work(through(session, scene, over.signal))
  } finally {
    over.abort()
    await session.close()
  }
}
