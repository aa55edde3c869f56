// What Node itself takes for a call over TLS that is passed on: no check, no log, no count. Arguments: port, backend's port, key, certificate.
import {readFileSync} from 'node:fs'
import {createServer} from 'node:https'
import {Pool} from 'undici'

const [port, backend, key = '', cert = ''] = process.argv.slice(2)
const pool = new Pool(`http://127.0.0.1:${backend}`)

createServer({key: readFileSync(key), cert: readFileSync(cert)}, ({url = '/', rawHeaders}, response) => {
  const headers = rawHeaders.filter((_, i) => !/^(host|connection|authorization)$/i.test(rawHeaders[i - (i % 2)] ?? ''))
  let body: Buffer = Buffer.alloc(0)
  pool.dispatch(
    {path: url, method: 'GET', headers},
    {
      onConnect: () => undefined,
      onHeaders: (status, raw) => {
        response.writeHead(
          status,
          raw.map(it => it.toString('latin1')),
        )
        return true
      },
      onData: bytes => {
        body = body.length === 0 ? bytes : Buffer.concat([body, bytes])
        return true
      },
      onComplete: () => void response.end(body),
      onError: () => void response.destroy(),
    },
  )
}).listen(Number(port), '127.0.0.1')
