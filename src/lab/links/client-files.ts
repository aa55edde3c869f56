import {readKeyPath, type KeyValue} from '../../model/key-path.js'
import {rulesOf} from '../../model/release.js'
import type {Node} from '../../model/topology.js'
import {parseConfig} from './parse-config.js'
import type {RunningLab} from './running-lab.js'

/** A configuration file as it is inside the running client. */
export interface ClientFile {
  readonly path: string
  /** Absent where it could not be read. */
  readonly config?: unknown
  readonly fault?: string
}

/** The configuration files of a node, read out of it. It is there. */
export function readClientFiles(node: Node, {engine, nodes, topology}: RunningLab): Promise<readonly ClientFile[]> {
  const seen = nodes.get(node.name)!
  return Promise.all(
    node.spec.config.map(async ({readAt: path, format}): Promise<ClientFile> => {
      const text = await engine.readFile(seen, path)
      if (text === undefined) return {path, fault: 'is not there'}
      if (format === 'nginx') return {path, config: text}
      return {path, ...parseConfig(text, format, rulesOf(node.spec, topology.release))}
    }),
  )
}

export interface FoundValues {
  readonly file: string
  readonly values: readonly KeyValue[]
  /** Why there are none. */
  readonly fault: string
}

/** The values that a node's files have at a key: those of the first file that has it. */
export function findValues(files: readonly ClientFile[], key: string): FoundValues {
  for (const {path: file, config} of files) {
    const values = readKeyPath(config, key)
    if (values.length > 0) return {file, values, fault: ''}
  }
  const unread = files.find(({fault}) => fault !== undefined)
  return {
    file: (unread ?? files[0])?.path ?? '',
    values: [],
    fault: unread ? `the file ${unread.fault}` : 'the file has no such key',
  }
}
