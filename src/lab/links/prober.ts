import {NO_NAME_SERVER} from '../../http/outcome.js'
import {messageOf} from '../../errors.js'
import type {HelperSession} from '../../engine/helper-session.js'
import type {DatabaseLogin, LinkTarget} from '../../model/helper-protocol.js'
import type {Access} from '../../model/release.js'
import {HelperQuestions, type HelperQuestion} from './helper-questions.js'
import type {Outcome} from './rows.js'
import type {RunningLab} from './running-lab.js'

export interface LoginOutcome extends Outcome {
  /** What an account that gets in may do. */
  readonly access?: Access
}

/** Asks from the network of one client. */
export interface Prober {
  link(target: Omit<LinkTarget, 'authority'>): Promise<Outcome>
  login(login: DatabaseLogin, database: string): Promise<LoginOutcome>
  /** What the client itself answers to a GET; empty if it does not. */
  read(port: number, path: string): Promise<string>
}

/** Asks through a helper. */
function through(questions: HelperQuestions, {authority, topology}: RunningLab): Prober {
  const ask = async (question: HelperQuestion): Promise<LoginOutcome> => {
    const reply = await questions.ask(question)
    if (reply.kind !== 'result') return {ok: false, detail: 'the helper answered something else'}
    return reply.nameless === true ? {...reply, cause: NO_NAME_SERVER} : reply
  }
  return {
    link(target) {
      // The product's own certificates are for localhost, and have expired.
      const verified = topology.settings.tls === 'lab' ? {authority} : {}
      return ask({kind: 'probe-link', ...target, ...verified})
    },
    login(login, database) {
      return ask({kind: 'probe-login', login, database})
    },
    async read(port, path) {
      const target = {host: '127.0.0.1', port, tls: false, serverName: 'localhost'}
      const reply = await questions.ask({kind: 'exchange', target, request: {method: 'GET', path}})
      return reply.kind === 'answer' ? reply.answer.body : ''
    },
  }
}

function mute(reason: string): Prober {
  const answer = () => Promise.resolve({ok: false, detail: `could not be asked: ${reason}`})
  return {link: answer, login: answer, read: () => Promise.resolve('')}
}

/** Works with a helper in the client's own network; one that can't be had answers every question with the reason. */
export async function withProber<T>(
  client: string,
  running: RunningLab,
  work: (prober: Prober) => Promise<T>,
): Promise<T> {
  const {engine, topology, folder, helperImage, containers, signal} = running
  let session: HelperSession
  try {
    session = await engine.openHelper({
      lab: topology.settings.lab,
      folder: folder.path,
      image: helperImage,
      network: `container:${containers.get(client)?.id ?? ''}`,
      signal,
    })
  } catch (error) {
    signal.throwIfAborted()
    return work(mute(messageOf(error)))
  }
  const questions = new HelperQuestions(session, signal)
  try {
    return await work(through(questions, running))
  } finally {
    questions.end()
    running.closing.push(session.close())
  }
}
