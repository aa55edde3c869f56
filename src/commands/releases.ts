import {LabCommand} from '../cli/lab-command.js'
import {releases, type ReleaseSummary} from '../lab/releases.js'

/** wso2/docs-security, security commitment of WSO2 (4.0.0 of 2025-07-30); the matrix itself was not at hand. */
const END_OF_LIFE =
  'End of life: unknown here. WSO2 says that it supports a release for three years; its dates are at https://wso2.com/products/support-matrix/.'

const text = ({name, title, released, images, built, unconfirmed}: ReleaseSummary) => {
  const width = Math.max(...images.map(({image}) => image.length))
  return [
    `${name}  ${title}${released === null ? '' : `, of ${released}`}`,
    ...(unconfirmed === null ? [] : [`  Note: ${unconfirmed}.`]),
    ...images.map(({image, presence}) => `  ${image.padEnd(width)}  ${presence}`),
    ...built.map(image => `  ${image.name}  built here from ${image.distribution}, update level ${image.updateLevel}`),
  ].join('\n')
}

export default class Releases extends LabCommand<typeof Releases> {
  static override summary = 'List the releases, their images, and which of them are on this machine.'

  static override examples = ['<%= config.bin %> releases', '<%= config.bin %> releases --json']

  async run(): Promise<{releases: readonly ReleaseSummary[]}> {
    const all = await releases(this.context())
    this.log([...all.map(text), END_OF_LIFE].join('\n\n'))
    return {releases: all}
  }
}
