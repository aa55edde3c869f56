import type {ConfigTable} from '../../config/table.js'

/** A configuration file of a node. */
export interface SideFile {
  /** Its name, without folders: releases have them in others. */
  readonly name: string
  /** As the node reads it, with defaults that are known; or its text, where it has no keys. */
  readonly values: ConfigTable | string
  /** Its keys, as they are written: what else is in `values` is a default, or follows from another key. */
  readonly written: ConfigTable
}

export interface SideNode {
  readonly name: string
  /** Absent where nobody knows it. */
  readonly image?: string
  /** Of the image that it really runs. */
  readonly imageId?: string
  readonly environment?: Readonly<Record<string, string>>
  readonly files: readonly SideFile[]
}

/** A link, or the use of a database. */
export interface SideLink {
  readonly id: string
  readonly what: string
  /** Nodes at its ends. */
  readonly nodes: readonly string[]
}

/** What is compared. */
export interface Side {
  /** In words: `snapshot before of lab apim`. */
  readonly title: string
  readonly release: string
  readonly nodes: readonly SideNode[]
  /** Absent where nobody knows them: of a folder. */
  readonly links?: readonly SideLink[]
  /** Absent for what is no lab. */
  readonly settings?: unknown
  /** What the reader has to know of it. */
  readonly notes: readonly string[]
}

/** A side with this node alone. The name of it is `node` in its links. */
export function onlyNode(side: Side, name: string, called = name): Side {
  const own = (id: string) =>
    id
      .split('->')
      .map(end => end.replace(/^[^:/]+/, word => (word === name ? 'node' : word)))
      .join('->')
  const {title, release, notes} = side
  return {
    title,
    release,
    notes,
    nodes: side.nodes.filter(node => node.name === name).map(node => ({...node, name: called})),
    ...(side.links && {
      links: side.links.filter(({nodes}) => nodes.includes(name)).map(link => ({...link, id: own(link.id), nodes: []})),
    }),
  }
}
