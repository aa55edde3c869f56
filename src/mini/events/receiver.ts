import {randomUUID} from 'node:crypto'
import type {Account} from '../http/credentials.js'
import {cacheOf} from '../cache.js'
import {reasonOf} from '../failure.js'
import type {Log} from '../log.js'
import {makeQueues} from '../queues.js'
import type {Message, Serve} from '../wire.js'

/** Sessions of a receiver: given out on its TLS port, shown on its TCP port. */
interface EventReceiver {
  readonly login: Serve
  readonly events: Serve
}

export interface Incoming {
  /** Counted up by its sender. */
  readonly id: number
  readonly stream: string
  readonly event: unknown
}

interface ReceiverOptions {
  readonly authenticate: (account: Account) => Promise<boolean>
  /**
   * Takes events of a sender in the order of their coming; they are acknowledged when it resolves and sent again when it throws. After a
   * restart it may be given some that it has had: only who keeps ids and senders can tell.
   */
  readonly accept: (events: readonly Incoming[], sender: string) => Promise<void>
  readonly log: Log
}

const SESSIONS = 10_000
/** Senders whose last event is remembered: one is a node and its start. */
const SENDERS = 1_000
/** Events that are handed over at once. */
const BATCH = 1_000
/** Events of one connection that may wait: more than a sender sends without an acknowledgement. */
const QUEUE = 4 * BATCH
/** After what time a batch that could not be taken is tried again. */
const RETRY_MS = 500

/** The server's side of an events port and its login port. */
export function eventReceiver({authenticate, accept, log}: ReceiverOptions): EventReceiver {
  const sessions = cacheOf<true>(SESSIONS)
  /** By sender: the highest id that was accepted. */
  const had = cacheOf<number>(SENDERS)
  const oneByOne = makeQueues()

  const login: Serve = channel => {
    let checking = false
    return message => {
      if (message.type !== 'login') return false
      const {username, password} = message
      if (typeof username !== 'string' || typeof password !== 'string')
        throw new Error('a login needs username and password')
      if (checking) throw new Error('one login at a time')
      checking = true
      authenticate({username, password}).then(
        known => {
          checking = false
          if (!known) return channel.send({type: 'refused', reason: 'unknown user or wrong password'})
          channel.loggedIn()
          const session = randomUUID()
          sessions.set(session, true)
          channel.send({type: 'session', session})
        },
        (error: unknown) => {
          log('WARN', 'DataBridge', `a login could not be checked: ${reasonOf(error)}`)
          // The client comes again: closing is how it learns that now is too early.
          channel.close()
        },
      )
      return true
    }
  }

  const events: Serve = channel => {
    let sender: string | undefined
    let gone = false
    let working = false
    const queue: Incoming[] = []
    void channel.closed.then(() => (gone = true))

    /** What is new of a batch, taken. A connection that was lost may still be at it, so one at a time for each sender. */
    const take = (from: string, batch: readonly Incoming[]) =>
      oneByOne(from, async () => {
        let last = had.get(from) ?? 0
        // Also within a batch: a client may have sent again what waits here still.
        const fresh = batch.filter(({id}) => {
          const isNew = id > last
          if (isNew) last = id
          return isNew
        })
        if (fresh.length > 0) await accept(fresh, from)
        had.set(from, last)
      })

    const work = async (from: string) => {
      if (working) return
      working = true
      while (queue.length > 0 && !gone) {
        const batch = queue.slice(0, BATCH)
        try {
          await take(from, batch)
        } catch (error) {
          log('WARN', 'DataBridge', `events of ${from} wait: ${reasonOf(error)}`)
          await new Promise(resolve => setTimeout(resolve, RETRY_MS).unref())
          continue
        }
        queue.splice(0, batch.length)
        channel.send({type: 'ack', id: had.get(from) ?? 0})
      }
      working = false
    }

    const attach = (message: Message) => {
      if (typeof message.session !== 'string' || !sessions.has(message.session) || typeof message.sender !== 'string') {
        return channel.send({type: 'refused', reason: 'no such session'})
      }
      sender = message.sender.slice(0, 200)
      channel.loggedIn()
      channel.send({type: 'attached', had: had.get(sender) ?? 0})
    }

    return message => {
      if (message.type === 'attach') attach(message)
      else if (message.type === 'event') {
        if (sender === undefined) throw new Error('events need a session')
        const {id, stream, event} = message
        if (typeof id !== 'number' || typeof stream !== 'string') throw new Error('an event needs id and stream')
        if (queue.length >= QUEUE) throw new Error(`more than ${QUEUE} events wait`)
        queue.push({id, stream, event})
        void work(sender)
      } else return false
      return true
    }
  }
  return {login, events}
}
