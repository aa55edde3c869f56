/** What a service of a lab is for, where it is no component of the release: told by a label, so that plans know none by its name. */
export type Role = 'database' | 'schema' | 'load-balancer'

/** What is asked for by its role: a lab has one of each. */
export const DATABASE = 'database' satisfies Role
