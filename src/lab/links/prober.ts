import {NO_NAME_SERVER} from '../../http/outcome.js'
import {messageOf} from '../../errors.js'
import type {HttpAnswer, HttpRequest, HttpTarget} from '../../model/exchange.js'
import type {DatabaseLogin, LinkTarget} from '../../model/helper-protocol.js'
import type {Access} from '../../model/release.js'
import {HelperQuestions, type HelperQuestion} from './helper-questions.js'
import type {Outcome} from '../../lab-events/link-row.js'
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
  /** Ids of the faults that its network has. */
  marks(): Promise<readonly string[]>
  /** One HTTP exchange from the client's network; without an answer, why there is none. */
  exchange(target: HttpTarget, request: HttpRequest): Promise<HttpAnswer | Failed>
  /** A query that reads: the detail is the rows. */
  query(login: DatabaseLogin, database: string, query: string): Promise<QueryOutcome>
}

interface Failed {
  readonly detail: string
}

export interface QueryOutcome extends Outcome {
  /** It is about the query: asked again, it would be the same. */
  readonly hopeless?: boolean
}

/** Asks through a helper. */
function through(questions: HelperQuestions, {authority, topology}: RunningLab): Prober {
  const ask = async (question: HelperQuestion): Promise<LoginOutcome & QueryOutcome> => {
    const reply = await questions.ask(question)
    if (reply.kind !== 'result') return {ok: false, detail: 'the helper answered something else'}
    return reply.nameless === true ? {...reply, cause: NO_NAME_SERVER} : reply
  }
  const exchange: Prober['exchange'] = async (target, request) => {
    const reply = await questions.ask({kind: 'exchange', target, request})
    if (reply.kind === 'answer') return reply.answer
    return {detail: reply.kind === 'result' ? reply.detail : 'no answer'}
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
      const answer = await exchange(target, {method: 'GET', path})
      return 'body' in answer ? answer.body : ''
    },
    exchange,
    query: (login, database, query) => ask({kind: 'query', login, database, query}),
    async marks() {
      const {ok, detail} = await ask({kind: 'marks'})
      return ok && detail !== '' ? detail.split(' ') : []
    },
  }
}

function mute(reason: string): Prober {
  const answer = () => Promise.resolve({ok: false, detail: `could not be asked: ${reason}`})
  return {
    link: answer,
    login: answer,
    query: answer,
    exchange: answer,
    read: () => Promise.resolve(''),
    marks: () => Promise.resolve([]),
  }
}

/** Opens a helper in the client's own network. */
async function openHelper(client: string, {engine, topology, folder, helperImage, nodes, signal}: RunningLab) {
  return engine.openHelper({
    lab: topology.settings.lab,
    folder: folder.path,
    image: helperImage,
    place: {node: nodes.get(client)!},
    signal,
  })
}

/** A helper to ask, and what is to be done with it afterwards. */
async function questionsFor(client: string, running: RunningLab) {
  const {engine, pool, nodes, signal, closing} = running
  const open = () => openHelper(client, running)
  if (pool) {
    const node = nodes.get(client)!
    const {started = ''} = await engine.lifeOf(node)
    return {questions: await pool.take(client, `${node.instance} ${started}`, open), done: () => undefined}
  }
  const helper = await open()
  const questions = new HelperQuestions(helper, signal)
  const done = () => {
    questions.end()
    closing.push(helper.close())
  }
  return {questions, done}
}

/** Works with a helper in the client's own network; one that can't be had answers every question with the reason. */
export async function withProber<T>(
  client: string,
  running: RunningLab,
  work: (prober: Prober) => Promise<T>,
): Promise<T> {
  let asked: Awaited<ReturnType<typeof questionsFor>>
  try {
    asked = await questionsFor(client, running)
  } catch (error) {
    running.signal.throwIfAborted()
    return work(mute(messageOf(error)))
  }
  try {
    return await work(through(asked.questions, running))
  } finally {
    asked.done()
  }
}
