import type {Release} from './release.js'

/** What was found in an image, where the facts about its release leave it open. */
export interface ImageContents {
  /** Name of the JDBC driver that it has for the lab's database server. */
  readonly driver?: string
  /** Its entrypoint chooses the profile by PROFILE_NAME. */
  readonly profileByName: boolean
}

/** The release as its images really are: no second driver where there is one, one where there is none after all, and profiles by argument where the name means nothing. */
export function fitToImages(release: Release, contents: ReadonlyMap<string, ImageContents>): Release {
  return {
    ...release,
    components: release.components.map(spec => {
      const found = contents.get(spec.name)
      if (!found) return spec
      const {driverFolder: own, ...others} = spec
      const {profile, command, spareDriverFolder} = spec
      const driverFolder = found.driver === undefined ? (own ?? spareDriverFolder) : undefined
      return {
        ...others,
        ...(driverFolder !== undefined && {driverFolder}),
        ...(profile !== undefined && !found.profileByName && {command: command ?? [`-Dprofile=${profile}`]}),
      }
    }),
  }
}
