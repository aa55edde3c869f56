import type Docker from 'dockerode'
import assert from 'node:assert/strict'
import {Readable} from 'node:stream'
import {pullImage} from '../../../../src/engine/images/pull.js'

const {signal} = new AbortController()
const docker = (pull: () => Promise<Readable>) => ({pull}) as unknown as Docker
const answering = (...messages: object[]) =>
  docker(() => Promise.resolve(Readable.from(messages.map(message => Buffer.from(`${JSON.stringify(message)}\n`)))))
const downloading = (current: number) => ({
  id: 'a',
  status: 'Downloading',
  progressDetail: {current, total: 10_000_000},
})

describe('pullImage', () => {
  it('tells each text once', async () => {
    const texts: string[] = []
    const messages = [downloading(1_000_000), downloading(1_000_001), downloading(9_000_000)]
    await pullImage(answering(...messages), 'x:1', {onProgress: text => texts.push(text), signal})
    assert.deepEqual(texts, ['1.0 of 10.0 MB', '9.0 of 10.0 MB'])
  })

  it('fails when the failure comes after the engine has said that all is well', async () => {
    const broken = answering(downloading(1), {error: 'manifest unknown', errorDetail: {message: 'manifest unknown'}})
    await assert.rejects(pullImage(broken, 'x:1', {onProgress: () => undefined, signal}), {
      code: 'image-unavailable',
      message: "The image x:1 can't be pulled: manifest unknown.",
    })
  })

  it('says why the engine refused', async () => {
    const refusing = docker(() =>
      Promise.reject(Object.assign(new Error('no'), {statusCode: 404, json: {message: 'denied'}})),
    )
    await assert.rejects(pullImage(refusing, 'x:1', {onProgress: () => undefined, signal}), {
      code: 'image-unavailable',
      message: /denied/,
    })
  })

  it('leaves a broken connection to others', async () => {
    const gone = docker(() => Promise.reject(Object.assign(new Error('gone'), {code: 'ECONNREFUSED'})))
    await assert.rejects(pullImage(gone, 'x:1', {onProgress: () => undefined, signal}), {code: 'ECONNREFUSED'})
  })
})
