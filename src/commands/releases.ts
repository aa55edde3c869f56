import {LabCommand} from '../cli/lab-command.js'
import {releases, type ReleaseSummary} from '../lab/releases.js'

const text = ({name, title, images, built, unconfirmed}: ReleaseSummary) => {
  const width = Math.max(...images.map(({image}) => image.length))
  return [
    `${name}  ${title}`,
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
    this.log(all.map(text).join('\n\n'))
    return {releases: all}
  }
}
