import {messageOf} from '../../errors.js'
import type {HelperSession} from '../../engine/helper-session.js'
import type {HelperRequest, LinkTarget, MysqlLogin} from '../../model/helper-protocol.js'
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

function through(session: HelperSession, {authority, signal}: Scene): Prober {
  let last = 0
  const ask = async (id: number, request: Asked): Promise<LoginOutcome> => {
    const answer = session.receive(
      report => (report.kind === 'result' && report.id === id ? report : report.kind === 'fault' ? {...report, ok: false} : undefined),
      signal,
    )
    session.send(request)
    try {
      return await answer
    } catch (error) {
      signal.throwIfAborted()
      return {ok: false, detail: `could not be asked: ${messageOf(error)}`}
    }
  }
  return {
    link(target) {
      const id = ++last
      return ask(id, {kind: 'probe-link', id, ...target, authority})
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
  try {
    return await work(through(session, scene))
  } finally {
    await session.close()
  }
}
