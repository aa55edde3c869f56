import {Flags} from '@oclif/core'
import {LabCommand} from '../cli/lab-command.js'
import {init} from '../lab/init.js'
import {replaceFlag} from '../cli/shared-flags.js'

export default class Init extends LabCommand<typeof Init> {
  static override summary = 'Write a commented apim-lab.yaml into the working directory.'

  static override examples = ['<%= config.bin %> init', '<%= config.bin %> init --lab second --release mini']

  static override flags = {
    release: Flags.string({summary: 'Release to name in it.'}),
    ...replaceFlag,
  }

  async run(): Promise<{file: string}> {
    const {lab, release, force} = this.flags
    const file = await init(
      {
        ...(lab !== undefined && {lab}),
        ...(release !== undefined && {release}),
        workingDirectory: process.cwd(),
        force,
      },
      this.context(),
    )
    this.log(`Wrote ${file}`)
    return {file}
  }
}
