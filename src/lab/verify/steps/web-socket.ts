import {subscribe} from '../applications.js'
import {expectStatus, textIn} from '../call.js'
import {webSocketApiPayload} from '../payloads.js'
import {askPublisher} from '../requests.js'
import type {Walk} from '../walk.js'
import {publishApi} from './api.js'
import {deployApi} from './deployment.js'
import {onEveryRoute} from './calls.js'

async function makeApi(walk: Walk): Promise<{readonly id: string; readonly path: string}> {
  const {forms, names, environments, backend} = walk.options
  const name = `${names.mark}Socket`
  const context = `${names.context}socket`
  const url = backend.webSocketUrl ?? ''
  const payload = webSocketApiPayload(forms, {name, context, version: names.version, url, environments})
  const id = textIn(expectStatus(await askPublisher(walk, 'POST', '/apis', payload), 201), 'id')
  // Not kept: its backend ends with the command.
  walk.remember(`API ${name}`, () => askPublisher(walk, 'DELETE', `/apis/${id}`))
  return {id, path: `${context}/${names.version}`}
}

/** An echo over WebSocket, plain and secure. */
export async function webSocket(walk: Walk): Promise<string> {
  const {id, path} = await makeApi(walk)
  await deployApi(walk, id)
  await publishApi(walk, id)
  await subscribe(walk, id, walk.get('applicationId'), {policy: walk.options.forms.webSocket.policy})
  const headers = {authorization: `Bearer ${walk.get('appToken')}`}
  const ports = new Set<number>()
  const routes = await onEveryRoute(walk, async route => {
    for (const gateway of [route.to('gateway-ws'), route.to('gateway-wss')]) {
      const request = {method: 'GET', path, headers, body: walk.names.mark}
      await walk.until(
        `an echo over WebSocket on ${gateway.port}`,
        () => walk.ask(gateway, request, 'send'),
        ({status, body}) => status === 101 && body === walk.names.mark,
      )
      ports.add(gateway.port)
    }
  })
  return `echo on ${[...ports].join(' and ')}, ${routes}`
}
