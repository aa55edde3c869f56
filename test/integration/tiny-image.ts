import {arch} from 'node:os'

/** Programs that wait for ever, made of system calls only: pause() on x86-64, ppoll() on arm64. */
const PROGRAMS: Record<string, {machine: number; code: string}> = {
  x64: {machine: 62, code: 'b8220000000f05ebf7'},
  arm64: {machine: 183, code: '000080d2010080d2020080d2030080d2280980d2010000d4faffff17'},
}

/** A static program of some 130 bytes: no test needs a registry to have a container that runs. */
function waitingProgram(): Buffer {
  const program = PROGRAMS[arch()]
  if (!program) throw new Error(`no waiting program for ${arch()}`)
  const code = Buffer.from(program.code, 'hex')
  const header = Buffer.alloc(120)
  header.write('7f454c4602010100', 0, 'hex')
  header.writeUInt16LE(2, 16)
  header.writeUInt16LE(program.machine, 18)
  header.writeUInt32LE(1, 20)
  header.writeBigUInt64LE(0x400078n, 24)
  header.writeBigUInt64LE(64n, 32)
  for (const [value, at] of [
    [64, 52],
    [56, 54],
    [1, 56],
    [64, 58],
  ] as const) {
    header.writeUInt16LE(value, at)
  }
  header.writeUInt32LE(1, 64)
  header.writeUInt32LE(5, 68)
  header.writeBigUInt64LE(0x400000n, 80)
  header.writeBigUInt64LE(0x400000n, 88)
  const size = BigInt(header.length + code.length)
  header.writeBigUInt64LE(size, 96)
  header.writeBigUInt64LE(size, 104)
  header.writeBigUInt64LE(0x1000n, 112)
  return Buffer.concat([header, code])
}

/** A tar archive with one file, to be imported as an image. */
export function tinyImage(): Buffer {
  const content = waitingProgram()
  const header = Buffer.alloc(512)
  header.write('wait', 0)
  header.write('0000755\0', 100)
  header.write('0000000\0', 108)
  header.write('0000000\0', 116)
  header.write(`${content.length.toString(8).padStart(11, '0')}\0`, 124)
  header.write('00000000000\0', 136)
  header.write(' '.repeat(8), 148)
  header.write('0', 156)
  header.write('ustar\u000000', 257)
  const sum = header.reduce((total, byte) => total + byte, 0)
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  const padding = Buffer.alloc((512 - (content.length % 512)) % 512)
  return Buffer.concat([header, content, padding, Buffer.alloc(1024)])
}
