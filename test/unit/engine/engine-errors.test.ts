import assert from 'node:assert/strict'
import {
  isConflict,
  isConnectionLost,
  isLeftBehind,
  isNotFound,
  isNotModified,
  toLabError,
} from '../../../src/engine/engine-errors.js'
import {LabError} from '../../../src/errors.js'

const http = (statusCode: number, message: string) =>
  Object.assign(new Error(`(HTTP code ${statusCode}) server error - ${message} `), {statusCode, json: {message}})
const lost = (code: string) => Object.assign(new Error(code), {code})

describe('toLabError', () => {
  it("gives the engine's words and its status", () => {
    const error = toLabError(http(500, 'port is already allocated'), 'starting gateway-1')
    assert.ok(error instanceof LabError)
    assert.equal(error.code, 'engine-failed')
    assert.equal(error.message, 'Docker failed while starting gateway-1: port is already allocated (HTTP 500).')
  })

  it('finds the words without a body', () => {
    const error = toLabError(Object.assign(http(404, 'No such image'), {json: null}), 'reading mysql')
    assert.match(String(error), /while reading mysql: No such image \(HTTP 404\)/)
  })

  for (const code of ['ECONNRESET', 'ECONNREFUSED', 'EPIPE', 'ENOENT', 'HPE_INVALID_EOF_STATE']) {
    it(`knows ${code} as a lost connection`, () => {
      const error = toLabError(lost(code), 'stopping gateway-1')
      assert.ok(error instanceof LabError)
      assert.equal(error.code, 'engine-failed')
      assert.match(error.message, /continues where it stopped/)
      assert.equal(error.next[0], 'apim-lab up')
      assert.ok(isConnectionLost(lost(code)))
    })
  }

  for (const message of [
    'task 4f2a already exists: unknown',
    'failed to create shim task: OCI runtime create failed: container with id exists: 4f2a: unknown',
    'failed to create shim task: OCI runtime create failed: runc create failed: container with given ID already exists: unknown',
  ])
    it(`knows a container that the engine left behind when it died: ${message.slice(0, 90)}`, () => {
      assert.ok(isLeftBehind(http(500, message)))
      assert.ok(!isLeftBehind(http(409, message)))
    })

  it('tells a full disk, and how to make room', () => {
    const error = toLabError(http(500, 'mkdir /var/lib/docker/x: no space left on device'), 'creating gateway-1')
    assert.ok(error instanceof LabError)
    assert.equal(error.code, 'disk-short')
    assert.match(error.message, /disk is full \(while creating gateway-1\)/)
    assert.equal(error.next[0], 'docker system df')
  })

  it('knows missing permission', () => {
    const error = toLabError(lost('EACCES'), 'listing')
    assert.ok(error instanceof LabError)
    assert.equal(error.code, 'engine-forbidden')
  })

  it('leaves what is no matter of the engine alone', () => {
    for (const error of [new TypeError('x'), 'text', undefined, null, new LabError('port-taken', 'y')]) {
      assert.equal(toLabError(error, 'z'), error)
    }
  })

  it('tells outcomes by status', () => {
    assert.deepEqual(
      [404, 409, 304].map(code => [isNotFound, isConflict, isNotModified].map(is => is(http(code, '')))),
      [
        [true, false, false],
        [false, true, false],
        [false, false, true],
      ],
    )
    assert.equal(isNotFound(undefined), false)
  })
})
