import {STATUS_CODES} from 'node:http'
import type {Duplex} from 'node:stream'

/** Answers on a socket that has no response object, and closes it. */
export function answerRaw(socket: Duplex, status: number, type: string, body: string): void {
  if (!socket.writable) {
    socket.destroy()
    return
  }
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nContent-Type: ${type}; charset=UTF-8\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
    () => socket.destroy(),
  )
}
