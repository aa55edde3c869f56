/** What a service of a lab is for, where it is no component of the release: told by a label, so that plans know none by its name. */
export type Role = 'database' | 'schema' | 'load-balancer'

/** What is asked for by its role: a lab has one of each. */
export const DATABASE = 'database' satisfies Role

/**
 * The server role of a node that is everything in one, and from 4.5.0 on of every image that is one component alone (product-apim v3.2.0
 * conf/deployment.toml; v4.5.0 infer.json): it tells nothing of the node.
 */
export const ANY_ROLE = 'default'
