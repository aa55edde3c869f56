import {Command} from '@oclif/core'

/** Lists the releases. */
export default class Releases extends Command {
  static override summary = 'List the releases'

  async run(): Promise<void> {
    await this.parse(Releases)
    this.log('3.2.0\nmini')
  }
}
