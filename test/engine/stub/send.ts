import type {IncomingMessage, ServerResponse} from 'node:http'
import type {Duplex} from 'node:stream'
import type {Reply} from './reply.js'

/** Sends an answer; 'half' breaks it off in the middle. */
export async function sendReply(response: ServerResponse, reply: Reply, fault?: string): Promise<void> {
  const closing = new AbortController()
  response.on('close', () => closing.abort())
  response.on('error', () => closing.abort())

  if (reply.kind === 'body') {
    const body = bytesOf(reply.body)
    for (const [name, value] of Object.entries(reply.headers ?? {})) response.setHeader(name, value)
    if (body && !response.hasHeader('Content-Type')) response.setHeader('Content-Type', 'application/json')
    if (fault !== 'half') {
      response.writeHead(reply.status).end(body)
      return
    }
    // An answer without a body is cut in its head.
    const length = body?.length ?? 0
    if (length === 0) response.socket?.end('HTTP/1.1 2')
    else {
      response.writeHead(reply.status, {'Content-Length': length}).write(body!.subarray(0, length >> 1))
      setTimeout(() => response.destroy(), 5)
    }
    return
  }

  if (reply.kind === 'hijack') throw new Error('a hijacked answer on a plain request')
  response.writeHead(200, {'Content-Type': reply.type})
  response.flushHeaders()
  const write = (chunk: string | Buffer) => {
    if (closing.signal.aborted) return
    if (fault !== 'half') {
      response.write(chunk)
      return
    }
    const bytes = Buffer.from(chunk as string)
    response.write(bytes.subarray(0, bytes.length >> 1))
    closing.abort()
    setTimeout(() => response.destroy(), 5)
  }
  await reply.run({closed: closing.signal, write})
  if (fault === 'half') response.destroy()
  else response.end()
}

function bytesOf(body: unknown): Buffer | undefined {
  if (body === undefined) return undefined
  return Buffer.isBuffer(body) ? body : Buffer.from(`${JSON.stringify(body)}\n`)
}

/** A request that asks for an upgrade may have a body, which Node leaves to us. */
export async function readHead(
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
): Promise<{body: Buffer; rest: Buffer}> {
  const length = Number(request.headers['content-length'] ?? 0)
  let bytes = head
  while (bytes.length < length) {
    const chunk = await new Promise<Buffer | undefined>(resolve => {
      socket.once('data', resolve)
      socket.once('close', () => resolve(undefined))
    })
    socket.pause()
    if (!chunk) break
    bytes = Buffer.concat([bytes, chunk])
  }
  const rest = bytes.subarray(length)
  // A chunked request without a body.
  const end =
    request.headers['transfer-encoding'] === 'chunked' && rest.toString('latin1', 0, 5) === '0\r\n\r\n' ? 5 : 0
  return {body: bytes.subarray(0, length), rest: rest.subarray(end)}
}

/** Takes the connection over from HTTP. */
export function sendHijacked(socket: Duplex, rest: Buffer, reply: Reply, fault?: string): void {
  if (reply.kind !== 'hijack') {
    const body = reply.kind === 'body' ? bytesOf(reply.body) : undefined
    const status = reply.kind === 'body' ? reply.status : 500
    const head = `HTTP/1.1 ${status} Stub\r\nContent-Type: application/json\r\nContent-Length: ${body?.length ?? 0}\r\nConnection: close\r\n\r\n`
    socket.end(Buffer.concat([Buffer.from(head), body ?? Buffer.alloc(0)]))
    return
  }
  const closing = new AbortController()
  socket.on('close', () => closing.abort())
  socket.write(
    'HTTP/1.1 101 UPGRADED\r\nContent-Type: application/vnd.docker.raw-stream\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n',
  )
  const write = (chunk: string | Buffer) => {
    if (closing.signal.aborted || socket.writableEnded) return
    if (fault !== 'half') {
      socket.write(chunk)
      return
    }
    const bytes = Buffer.from(chunk as string)
    socket.write(bytes.subarray(0, bytes.length >> 1), () => socket.destroy())
    closing.abort()
  }
  const connection = {
    closed: closing.signal,
    write,
    onData: (listener: (chunk: Buffer) => void) => {
      if (rest.length > 0) listener(rest)
      socket.on('data', listener)
    },
    onEnd: (listener: () => void) => void socket.on('end', listener),
  }
  socket.resume()
  void Promise.resolve(reply.run(connection)).then(() => {
    if (fault === 'half') socket.destroy()
    else socket.end()
  })
}
