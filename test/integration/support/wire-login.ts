import {connect, type Socket} from 'node:net'
import {createInterface} from 'node:readline'
import {connect as connectTls} from 'node:tls'

/**
 * A program that runs inside of a node: logs in to event ports and topics as nodes do, one after the other, each until it is let in. Takes
 * `events:<host>:<port>:<login port>` and `topics:<host>:<port>`; prints what each took, in milliseconds.
 */
const ACCOUNT = {username: 'admin', password: 'admin'}
const DEADLINE = 30_000
const AGAIN = 50

type Said = Readonly<Record<string, unknown>>

/** Says something after the greeting and gives the answer of this type. */
const once = (socket: Socket, message: Said, type: string) =>
  new Promise<Said>((resolve, reject) => {
    let greeted = false
    const fail = (why: string) => reject(new Error(`${why} instead of ${type}`))
    socket.setTimeout(DEADLINE, () => fail('silence'))
    socket.on('error', error => fail(error.message))
    socket.on('close', () => fail('the end'))
    const lines = createInterface(socket)
    // It passes on what its socket says, and ends the program where nobody listens.
    lines.on('error', error => fail((error as Error).message))
    lines.on('line', line => {
      const said = JSON.parse(line) as Said
      if (!greeted) socket.write(`${JSON.stringify(message)}\n`)
      else if (said.type === type) resolve(said)
      else if (said.type === 'refused') fail(line)
      greeted = true
    })
  }).finally(() => socket.destroy())

/** A node that is turned away because of strangers comes again. */
const persistent = async (dial: () => Socket, message: Said, type: string): Promise<Said> => {
  const end = Date.now() + DEADLINE
  for (;;) {
    try {
      return await once(dial(), message, type)
    } catch (error) {
      if (Date.now() > end) throw error
      await new Promise(resolve => setTimeout(resolve, AGAIN))
    }
  }
}

const LOGINS: Readonly<Record<string, (host: string, port: number, login: number) => Promise<unknown>>> = {
  events: async (host, port, login) => {
    const tls = () => connectTls({host, port: login, rejectUnauthorized: false})
    const {session} = await persistent(tls, {type: 'login', ...ACCOUNT}, 'session')
    await persistent(() => connect(port, host), {type: 'attach', session, sender: `honest-${Date.now()}`}, 'attached')
  },
  topics: (host, port) => {
    const message = {type: 'subscribe', topics: ['throttleData'], ...ACCOUNT}
    return persistent(() => connect(port, host), message, 'subscribed')
  },
}

const logIn = async (texts: readonly string[]) => {
  for (const text of texts) {
    const [kind = '', host = '', port, login] = text.split(':')
    const began = Date.now()
    await LOGINS[kind]?.(host, Number(port), Number(login))
    process.stdout.write(`${text} ${Date.now() - began}\n`)
  }
}

void logIn(process.argv.slice(2))
