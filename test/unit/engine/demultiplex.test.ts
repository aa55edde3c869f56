import assert from 'node:assert/strict'
import {Demultiplexer, Lines} from '../../../src/engine/demultiplex.js'
import type {LogLine} from '../../../src/engine/engine.js'
import {MultiplexedLog, TerminalLog} from '../../../src/engine/log-lines.js'

const AT = '2026-11-21T22:53:24.123456789Z'

/** A small generator, so that a failure can be repeated by its seed. */
function randomOf(seed: number): (below: number) => number {
  let state = seed
  return below => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

function frame(stream: 1 | 2, payload: string | Buffer): Buffer {
  const body = Buffer.from(payload as string)
  const header = Buffer.alloc(8)
  header[0] = stream
  header.writeUInt32BE(body.length, 4)
  return Buffer.concat([header, body])
}

/** Frames as the engine makes them: a message of at most 16 KiB each, every one with its time. */
function engineFrames(stream: 1 | 2, line: string): Buffer[] {
  const bytes = Buffer.from(`${line}\n`)
  const frames: Buffer[] = []
  for (let at = 0; at < bytes.length; at += 16384) {
    frames.push(frame(stream, Buffer.concat([Buffer.from(`${AT} `), bytes.subarray(at, at + 16384)])))
  }
  return frames
}

function cut(bytes: Buffer, random: (below: number) => number, longest: number): Buffer[] {
  const chunks: Buffer[] = []
  for (let at = 0; at < bytes.length;) {
    const length = 1 + random(longest)
    chunks.push(bytes.subarray(at, at + length))
    at += length
  }
  return chunks
}

const plain = (lines: LogLine[]) => lines.map(({stream, line}) => `${stream} ${line}`)

describe('demultiplexing a log', () => {
  const words = [
    '',
    'plain',
    'äöü €',
    '日本語',
    '👩‍💻 four bytes',
    ' leading',
    'with\ttab',
    'x'.repeat(500),
    'ß'.repeat(9000),
  ]

  for (let seed = 1; seed <= 40; seed++) {
    it(`gives the same lines however it is cut (seed ${seed})`, () => {
      const random = randomOf(seed)
      const written = Array.from({length: 30}, () => ({
        stream: (1 + random(2)) as 1 | 2,
        line: `${words[random(words.length)]} ${words[random(words.length)]}`,
      }))
      const bytes = Buffer.concat(written.flatMap(({stream, line}) => engineFrames(stream, line)))
      const reader = new MultiplexedLog()
      const lines = cut(bytes, random, seed % 3 === 0 ? 3 : 5000).flatMap(chunk => reader.push(chunk))
      assert.deepEqual(
        plain([...lines, ...reader.end()]),
        written.map(({stream, line}) => `${stream === 1 ? 'stdout' : 'stderr'} ${line}`),
      )
      assert.ok(lines.every(({at}) => at === AT))
    })
  }

  it('keeps a line of 1 MB whole, and is quick about it', () => {
    const line = 'é'.repeat(512 * 1024)
    const reader = new MultiplexedLog()
    const started = performance.now()
    const lines = cut(Buffer.concat(engineFrames(1, line)), randomOf(7), 2000).flatMap(chunk => reader.push(chunk))
    assert.equal(lines.length, 1)
    assert.equal(lines[0]?.line, line)
    assert.ok(performance.now() - started < 1000)
  })

  it('joins one frame of 1 MB that arrives byte by byte in time', () => {
    const demultiplexer = new Demultiplexer()
    const frames = cut(frame(2, Buffer.alloc(1 << 20, 97)), () => 15, 16).flatMap(chunk => demultiplexer.push(chunk))
    assert.deepEqual(
      frames.map(({stream, payload}) => [stream, payload.length]),
      [['stderr', 1 << 20]],
    )
  })

  it('gives back what was not ended by a line break, of both outputs', () => {
    const reader = new MultiplexedLog()
    assert.deepEqual(plain(reader.push(Buffer.concat([frame(1, `${AT} a`), frame(2, `${AT} b`)]))), [])
    assert.deepEqual(plain(reader.end()), ['stdout a', 'stderr b'])
    assert.deepEqual(reader.end(), [])
  })

  it('keeps outputs that interrupt each other apart', () => {
    const reader = new MultiplexedLog()
    const lines = [frame(1, `${AT} one-`), frame(2, `${AT} two\n`), frame(1, `${AT} done\n`)].flatMap(part =>
      reader.push(part),
    )
    assert.deepEqual(plain(lines), ['stderr two', 'stdout one-done'])
  })

  it('reads empty frames, empty lines and carriage returns', () => {
    const reader = new MultiplexedLog()
    const lines = [frame(1, ''), frame(1, `${AT} \n`), frame(1, `${AT} x\r\n`)].flatMap(part => reader.push(part))
    assert.deepEqual(plain(lines), ['stdout ', 'stdout x'])
  })

  it('reads a terminal, which has no frames', () => {
    const random = randomOf(3)
    const reader = new TerminalLog()
    const bytes = Buffer.from(`${AT} größe\r\n${AT} \r\nno time\n${AT} last`)
    const lines = [...cut(bytes, random, 3).flatMap(chunk => reader.push(chunk)), ...reader.end()]
    assert.deepEqual(lines, [
      {at: AT, stream: 'stdout', line: 'größe'},
      {at: AT, stream: 'stdout', line: ''},
      {at: '', stream: 'stdout', line: 'no time'},
      {at: AT, stream: 'stdout', line: 'last'},
    ])
  })

  it('joins what the engine cut on a terminal', () => {
    const written = Buffer.from(`${'x'.repeat(5)}${'ü'.repeat(30_000)}\r\n`)
    const pieces = Array.from({length: Math.ceil(written.length / 16384)}, (_, n) => [
      Buffer.from(`${AT} `),
      written.subarray(n * 16384, (n + 1) * 16384),
    ])
    const lines = new TerminalLog().push(Buffer.concat(pieces.flat()))
    assert.deepEqual(lines, [{at: AT, stream: 'stdout', line: written.toString().trimEnd()}])
  })

  it('leaves a long line alone that the engine did not cut', () => {
    const line = 'y'.repeat(40_000)
    assert.equal(new TerminalLog().push(Buffer.from(`${AT} ${line}\n`))[0]?.line, line)
  })

  it('joins lines without cutting characters', () => {
    const lines = new Lines()
    assert.deepEqual(
      [...Buffer.from('aä\n€b\n')].flatMap(byte => lines.push(Buffer.of(byte))),
      ['aä', '€b'],
    )
  })
})
