import type {DocumentNode, FragmentDefinitionNode, GraphQLSchema, SelectionSetNode} from 'graphql'

/** Tokens of one query: what a parser takes for longer ones grows faster than they do. */
const MOST_TOKENS = 5_000

/** What a field of a root type is called by: verb and name, as the product's operations of a GraphQL API are. */
export interface GraphOperation {
  readonly verb: 'QUERY' | 'MUTATION' | 'SUBSCRIPTION'
  readonly target: string
}

export const GRAPH_VERBS = ['QUERY', 'MUTATION', 'SUBSCRIPTION'] as const

export interface Query {
  /** All that it asks for, each once. Those of introspection are not among them. */
  readonly operations: readonly GraphOperation[]
  /** Whether it asks for the schema itself, or for nothing else but names of types. */
  readonly introspects: boolean
  /** A field without others in it has the depth 1. */
  readonly depth: number
}

export interface Graph {
  readonly operations: readonly GraphOperation[]
  /** Reads a query. Throws Error for one that is none, or that the schema does not know. */
  read(text: string): Query
}

function depthOf(set: SelectionSetNode, fragments: ReadonlyMap<string, FragmentDefinitionNode>): number {
  const depths = set.selections.map(it => {
    if (it.kind === 'Field') return 1 + (it.selectionSet ? depthOf(it.selectionSet, fragments) : 0)
    if (it.kind === 'InlineFragment') return depthOf(it.selectionSet, fragments)
    const fragment = fragments.get(it.name.value)
    return fragment ? depthOf(fragment.selectionSet, fragments) : 0
  })
  return Math.max(0, ...depths)
}

function rootFields(set: SelectionSetNode, fragments: ReadonlyMap<string, FragmentDefinitionNode>): readonly string[] {
  return set.selections.flatMap(it => {
    if (it.kind === 'Field') return [it.name.value]
    const inner = it.kind === 'InlineFragment' ? it.selectionSet : fragments.get(it.name.value)?.selectionSet
    return inner ? rootFields(inner, fragments) : []
  })
}

function queryOf(document: DocumentNode): Query {
  const fragments = new Map(
    document.definitions.flatMap(it => (it.kind === 'FragmentDefinition' ? [[it.name.value, it] as const] : [])),
  )
  const found = new Map<string, GraphOperation>()
  let [depth, introspects] = [0, false]
  for (const it of document.definitions) {
    if (it.kind !== 'OperationDefinition') continue
    const verb = it.operation.toUpperCase() as GraphOperation['verb']
    depth = Math.max(depth, depthOf(it.selectionSet, fragments))
    for (const target of rootFields(it.selectionSet, fragments)) {
      if (!target.startsWith('__')) found.set(`${verb} ${target}`, {verb, target})
      else if (target !== '__typename') introspects = true
    }
  }
  return {operations: [...found.values()], introspects: introspects || found.size === 0, depth}
}

function operationsOf(schema: GraphQLSchema): readonly GraphOperation[] {
  const roots = {
    QUERY: schema.getQueryType(),
    MUTATION: schema.getMutationType(),
    SUBSCRIPTION: schema.getSubscriptionType(),
  }
  return GRAPH_VERBS.flatMap(verb => Object.keys(roots[verb]?.getFields() ?? {}).map(target => ({verb, target})))
}

/** Reads the definition of a schema. The library is loaded at the first one: few nodes have any. Rejects with Error for what is none. */
export async function readGraph(definition: string): Promise<Graph> {
  const {buildSchema, parse, validate, validateSchema} = await import('graphql')
  const schema = buildSchema(definition)
  const [wrong] = validateSchema(schema)
  if (wrong) throw wrong
  return {
    operations: operationsOf(schema),
    read: text => {
      const document = parse(text, {maxTokens: MOST_TOKENS, noLocation: true})
      const [error] = validate(schema, document, undefined, {maxErrors: 1})
      if (error) throw error
      return queryOf(document)
    },
  }
}
