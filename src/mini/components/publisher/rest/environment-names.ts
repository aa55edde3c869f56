import type {Publishing} from '../publishing.js'

/** Names of the environments that an API can be deployed to. */
export const environmentNames = ({environments}: Pick<Publishing, 'environments'>): readonly string[] => [
  ...new Set(environments.map(it => it.name)),
]
