import type {LogLine} from './engine.js'
import {Demultiplexer, type Frame, Lines, type OutputStream} from './demultiplex.js'

/** Turns the bytes of an engine's log, asked for with timestamps, into lines. */
export interface LogReader {
  push(chunk: Buffer): LogLine[]
  /** What was written without a line break at the end. */
  end(): LogLine[]
}

/** Of a container without a terminal: each message is a frame. */
export class MultiplexedLog implements LogReader {
  private readonly demultiplexer = new Demultiplexer()
  private readonly outputs = {stdout: new Output('stdout'), stderr: new Output('stderr')}

  push(chunk: Buffer): LogLine[] {
    return this.demultiplexer.push(chunk).flatMap(({stream, payload}: Frame) => this.outputs[stream].push(payload))
  }

  end(): LogLine[] {
    return [...this.outputs.stdout.end(), ...this.outputs.stderr.end()]
  }
}

/** The engine cuts lines at 16 KiB and puts a time before every piece, in the middle of the line too. */
class Output {
  private readonly lines = new Lines()
  private at = ''

  constructor(private readonly stream: OutputStream) {}

  push(message: Buffer): LogLine[] {
    const space = message.indexOf(32)
    if (!this.lines.pending) this.at = message.toString('latin1', 0, Math.max(space, 0))
    return this.lines.push(message.subarray(space + 1)).map(line => this.toLine(line))
  }

  end(): LogLine[] {
    return this.lines.pending ? [this.toLine(this.lines.flush())] : []
  }

  private toLine(line: string): LogLine {
    return {at: this.at, stream: this.stream, line}
  }
}

/** Of a container with a terminal: one stream without frames. */
export class TerminalLog implements LogReader {
  private readonly lines = new Lines(withoutInnerTimes)

  push(chunk: Buffer): LogLine[] {
    return this.lines.push(chunk).map(toTerminalLine)
  }

  end(): LogLine[] {
    return this.lines.pending ? [toTerminalLine(this.lines.flush())] : []
  }
}

const PIECE = 16384
const TIME = /^\d{4}-\d\d-\d\dT\S+ /

/** Takes out the times that the engine puts between the pieces of a long line. */
function withoutInnerTimes(line: Buffer): Buffer {
  const pieces: Buffer[] = []
  for (let at = 0; at < line.length;) {
    const time = TIME.exec(line.toString('latin1', at, at + 40))?.[0].length ?? 0
    // Without a time in this place, this is not a line that the engine has cut.
    if (at > 0 && time === 0) return Buffer.concat([...pieces, line.subarray(at)])
    const end = at + time + PIECE
    pieces.push(line.subarray(at === 0 ? 0 : at + time, end))
    at = end
  }
  return pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces)
}

function toTerminalLine(text: string): LogLine {
  const [, at = '', line = text] = /^(\d{4}-\d\d-\d\dT\S+) ([^]*)$/.exec(text) ?? []
  return {at, stream: 'stdout', line}
}
