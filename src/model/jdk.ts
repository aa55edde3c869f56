import type {DistributionSpec} from './distribution.js'

/** A JDK that can be had of one of Debian's suites, or as an official image. */
export interface JdkChoice {
  readonly java: number
  readonly suite: string
}

/** Which suite has which openjdk-N-jdk-headless: Debian's package lists, November 2026. Unstable has them all, and comes last: it changes every day. */
const SUITES: readonly {readonly suite: string; readonly java: readonly number[]}[] = [
  {suite: 'trixie', java: [21, 25]},
  {suite: 'bookworm', java: [17]},
  {suite: 'bullseye', java: [11, 17]},
  {suite: 'sid', java: [8, 11, 17, 21, 25]},
]

/** The JDKs that fit, the newest first, and of each the most settled suite first. */
export const jdkChoices = ({min, max}: DistributionSpec['java']): readonly JdkChoice[] =>
  SUITES.flatMap(({suite, java}) => java.map(version => ({java: version, suite})))
    .filter(({java}) => java >= min && java <= max)
    .toSorted((a, b) => b.java - a.java)

/** The official image with a JDK (docker-library/official-images eclipse-temurin). */
export const jdkImage = (java: number): string => `eclipse-temurin:${java}-jdk`
