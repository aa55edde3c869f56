/** What a service of a lab is for, where it is no component of the release: told by a label, so that plans know none by its name. */
export type Role = 'database' | 'schema' | 'load-balancer'
