import type {AddressInfo, Server as NetServer} from 'node:net'
import mysql from 'mysql2'

export interface FakeMysql {
  readonly port: number
  readonly statements: readonly string[]
  stop(): Promise<void>
}

/** The parts of the driver's server side that its types leave out. */
interface ServerSide {
  serverHandshake(options: Record<string, unknown>): void
  writeTextResult(rows: readonly object[], columns: readonly object[]): void
  writeOk(text?: string): void
  on(event: string, listener: (value: never) => void): void
  stream: {destroy(): void}
  sequenceId: number
}

const VARCHAR = 253

/** A server that speaks enough of MySQL's protocol for a login and the statements of a schema check. */
export const fakeMysql = async (
  options: {port?: number; tables?: string[]; refuse?: number} = {},
): Promise<FakeMysql> => {
  const statements: string[] = []
  const connections = new Set<ServerSide>()
  const server = (mysql.createServer as () => ReturnType<typeof mysql.createServer>)()
  server.on('connection', (given: unknown) => {
    const connection = given as ServerSide
    connections.add(connection)
    // Each command counts its packets from 0; the driver's server side leaves that to its user.
    const restart = () => (connection.sequenceId = 0)
    connection.on('error', () => undefined)
    connection.on('quit', () => connection.stream.destroy())
    connection.on('ping', () => {
      connection.writeOk()
      restart()
    })
    // How the driver hands over SET.
    connection.on('stmt_prepare', () => {
      queueMicrotask(restart)
      connection.writeOk()
    })
    connection.on('query', (sql: string) => {
      queueMicrotask(restart)
      statements.push(sql)
      if (!sql.startsWith('SELECT')) return connection.writeOk()
      const rows = (options.tables ?? []).map(name => ({name}))
      connection.writeTextResult(rows, [
        {
          catalog: 'def',
          schema: '',
          table: '',
          orgTable: '',
          name: 'name',
          orgName: 'name',
          characterSet: 33,
          columnLength: 255,
          columnType: VARCHAR,
          flags: 0,
          decimals: 0,
        },
      ])
    })
    connection.serverHandshake({
      protocolVersion: 10,
      serverVersion: '8.0.0-fake',
      connectionId: connections.size,
      statusFlags: 2,
      characterSet: 8,
      capabilityFlags: 0xffffff ^ 0x800,
      authCallback: (_: unknown, done: (error: null, refusal?: {message: string; code: number}) => void) => {
        queueMicrotask(restart)
        if (options.refuse) done(null, {message: 'refused by the test', code: options.refuse})
        else done(null)
      },
    })
  })
  const inner = (server as unknown as {_server: NetServer})._server
  await new Promise<void>(resolve => inner.once('listening', resolve).listen(options.port ?? 0, '127.0.0.1'))
  const stop = () =>
    new Promise<void>(resolve => {
      for (const connection of connections) connection.stream.destroy()
      inner.close(() => resolve())
    })
  return {port: (inner.address() as AddressInfo).port, statements, stop}
}
