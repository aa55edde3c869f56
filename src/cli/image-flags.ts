import {Flags} from '@oclif/core'

/** Flags that say which lab's images are meant. */
export const imageFlags = {
  release: Flags.string({summary: 'Release, such as 3.2.0 or mini; without it the one that up would take.'}),
  file: Flags.string({summary: 'Lab file; without it the nearest apim-lab.yaml upwards.'}),
}

interface ImageFlagValues {
  readonly lab?: string | undefined
  readonly release?: string | undefined
  readonly file?: string | undefined
  readonly offline?: boolean
}

/** The options of every verb of images. */
export const imageOptions = ({lab, release, file, offline = false}: ImageFlagValues, workingDirectory: string) => ({
  flags: {...(lab !== undefined && {lab}), ...(release !== undefined && {release})},
  ...(file !== undefined && {file}),
  workingDirectory,
  offline,
})
