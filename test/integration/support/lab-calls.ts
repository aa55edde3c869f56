import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {request} from 'node:https'
import type {Asked, AskOptions} from '../../mini/support/cluster.js'
import {ApiLife, type Send} from '../../support/api-life.js'
import type {TestLab} from './test-lab.js'

/** One exchange with a component of a lab through its load balancer, as a user's program has it: the name in SNI and Host. */
export const askLab = (
  lab: TestLab,
  component: string,
  port: number,
  path: string,
  options: AskOptions & {readonly timeout?: number} = {},
): Promise<Asked> =>
  new Promise((resolve, reject) => {
    const {json, form, basic, bearer, timeout = 20_000} = options
    const body = json !== undefined ? JSON.stringify(json) : form ? String(new URLSearchParams(form)) : options.body
    const {method = body === undefined ? 'GET' : 'POST'} = options
    const servername = `${component}.${lab.name}.localhost`
    const outgoing = request(
      {
        host: '127.0.0.1',
        port: port + lab.portOffset,
        servername,
        path,
        method,
        agent: false,
        ca: readFileSync(join(lab.dataHome, 'apim-lab/ca/ca.pem')),
        headers: {
          host: `${servername}:${port + lab.portOffset}`,
          ...(json !== undefined && {'content-type': 'application/json'}),
          ...(form && {'content-type': 'application/x-www-form-urlencoded'}),
          ...(basic && {authorization: `Basic ${Buffer.from(basic).toString('base64')}`}),
          ...(bearer && {authorization: `Bearer ${bearer}`}),
          ...(body !== undefined && {'content-length': String(Buffer.byteLength(body))}),
          ...options.headers,
        },
      },
      response => {
        const parts: Buffer[] = []
        response.on('data', (part: Buffer) => parts.push(part)).on('error', reject)
        response.on('end', () => {
          const text = Buffer.concat(parts).toString('utf8')
          const isJson = String(response.headers['content-type']).includes('json')
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            text,
            body: isJson ? (JSON.parse(text) as Asked['body']) : undefined,
          })
        })
      },
    )
    outgoing.setTimeout(timeout, () =>
      outgoing.destroy(new Error(`no answer from ${component} ${path} in ${timeout} ms`)),
    )
    outgoing.on('error', reject)
    outgoing.end(body)
  })

/** The product's REST APIs in a lab, with a token. */
export const lifeIn = (lab: TestLab): Promise<ApiLife> => {
  const send: Send = (component, path, options) => askLab(lab, component, 9443, path, options)
  return new ApiLife(send).begin()
}
