import {connect, type Socket} from 'node:net'
import {connect as connectTls} from 'node:tls'

/**
 * A program of its own, so that its memory is not the attacked node's: a thousand connections at once to each port that it is given, as
 * `9611`, `9711/tls` or `host:9611`, with a megabyte of garbage each. Says `done` when all of them are closed.
 */
const CONNECTIONS = 1_000
const GARBAGE = Buffer.alloc(64 * 1024, 'x')
const PARTS = 16

/** TLS only on some: a handshake costs the attacker as much as the node. */
const overTls = (tls: boolean, i: number) => tls && i % 5 === 0

const pour = (host: string, port: number, tls: boolean) =>
  new Promise<void>(resolve => {
    const socket: Socket = tls ? connectTls({port, host, rejectUnauthorized: false}) : connect(port, host)
    let left = PARTS
    const more = () => {
      while (left > 0 && socket.writable) {
        left--
        if (!socket.write(GARBAGE)) return
      }
    }
    socket.on(tls ? 'secureConnect' : 'connect', more)
    socket.on('drain', more)
    socket.on('error', () => undefined)
    socket.on('close', () => resolve())
    socket.resume()
  })

const attack = async (text: string) => {
  const [, host = '127.0.0.1', port, tls] = /^(?:(.+):)?(\d+)(\/tls)?$/.exec(text) ?? []
  await Promise.all(
    Array.from({length: CONNECTIONS}, (_, i) => pour(host, Number(port), overTls(tls !== undefined, i))),
  )
}

const attackAll = async (texts: readonly string[]) => {
  // One port after the other, or this program would be short of files.
  for (const text of texts) await attack(text)
  process.stdout.write('done\n')
}

void attackAll(process.argv.slice(2))
