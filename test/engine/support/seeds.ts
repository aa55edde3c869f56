import type {Snapshot} from '../stub/stub-engine.js'

export const isSnapshot = (name: string) => name.startsWith('apim-lab-snapshot-')

export const isSeed = (name: string) => name.startsWith('apim-lab-seed-')

/** Names of the volumes of seeds. */
export const seedsIn = ({volumes}: Snapshot): readonly string[] => volumes.filter(isSeed)

/** What a stub engine has besides seeds, which outlive every lab. */
export const withoutSeeds = ({volumes, ...others}: Snapshot): Snapshot => ({
  ...others,
  volumes: volumes.filter(name => !isSeed(name)),
})
