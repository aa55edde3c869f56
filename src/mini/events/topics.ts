import {cacheOf} from '../cache.js'
import {reasonOf} from '../failure.js'
import type {Account} from '../http/credentials.js'
import type {KeptLink} from '../links/keep-link.js'
import type {Log} from '../log.js'
import type {Channel, Message, Serve} from '../wire.js'
import {onRefusal} from './refusal.js'
import type {TopicMessage} from './protocol.js'

/** Ids of messages that are remembered, since one may come by two ways. */
const REMEMBERED = 10_000

/** Remembers the last ids; says whether one is new. */
export function newIds(limit = REMEMBERED): (id: string) => boolean {
  const seen = cacheOf<true>(limit)
  return id => {
    if (seen.has(id)) return false
    seen.set(id, true)
    return true
  }
}

export interface TopicServer {
  readonly serve: Serve
  broadcast(message: TopicMessage): void
}

/**
 * The server's side of the topics port. `onPublish` gets what another traffic manager publishes here; it throws for what can't be taken,
 * which ends that connection.
 */
export function topicServer(
  authenticate: (account: Account) => Promise<boolean>,
  onPublish: (message: TopicMessage) => void,
  log: Log,
): TopicServer {
  const subscribers = new Map<Channel, ReadonlySet<unknown>>()
  const gone = new WeakSet<Channel>()

  const subscribe = async (channel: Channel, {topics, username, password}: Message) => {
    if (!Array.isArray(topics) || typeof username !== 'string' || typeof password !== 'string') return false
    try {
      if (!(await authenticate({username, password}))) {
        channel.send({type: 'refused', reason: 'unknown user or wrong password'})
        return true
      }
    } catch (error) {
      log('WARN', 'EventHub', `a login could not be checked: ${reasonOf(error)}`)
      channel.close()
      return true
    }
    // It may have closed while the account was checked.
    if (gone.has(channel)) return true
    subscribers.set(channel, new Set<unknown>(topics))
    channel.loggedIn()
    channel.send({type: 'subscribed'})
    return true
  }

  const serve: Serve = channel => {
    void channel.closed.then(() => {
      gone.add(channel)
      subscribers.delete(channel)
    })
    let checking = false
    return message => {
      if (message.type === 'subscribe') {
        if (checking) throw new Error('one subscription at a time')
        checking = true
        void subscribe(channel, message).then(known => {
          checking = false
          if (!known) channel.close()
        })
        return true
      }
      if (message.type !== 'publish') return false
      const {topic, id, payload} = message
      if (!subscribers.has(channel)) throw new Error('publishing needs a login')
      if (typeof topic !== 'string' || typeof id !== 'string') throw new Error('a message needs topic and id')
      onPublish({topic, id, payload})
      channel.send({type: 'ack', id})
      return true
    }
  }
  const broadcast = (message: TopicMessage) => {
    for (const [channel, topics] of subscribers) {
      if (topics.has(message.topic)) channel.send({type: 'message', ...message})
    }
  }
  return {serve, broadcast}
}

interface TopicListener {
  /** Each message once, however many servers send it. */
  readonly message: (topic: string, payload: unknown) => void
  /** A server was (re)connected: what was said meanwhile was missed, so the state has to be fetched. */
  readonly connected: () => void
}

/** Subscribes at the servers of the links, again after each loss. */
export function subscribeTopics(
  links: readonly KeptLink[],
  topics: readonly string[],
  account: Account,
  listener: TopicListener,
  log: Log,
): void {
  const isNew = newIds()
  for (const it of links) {
    const ask = (channel: Channel) => channel.send({type: 'subscribe', topics, ...account})
    const refused = onRefusal(it, log, 'EventHub')
    it.use({
      up: ask,
      message: (message, from) => {
        if (message.type === 'subscribed') listener.connected()
        else if (message.type === 'refused') refused(() => ask(from))
        else if (message.type === 'message' && isNew(String(message.id))) {
          listener.message(String(message.topic), message.payload)
        }
      },
    })
  }
}
