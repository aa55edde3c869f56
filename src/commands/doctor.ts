import {doctorText} from '../cli/doctor-text.js'
import {asTyped} from '../cli/invocation.js'
import {LabCommand} from '../cli/lab-command.js'
import {settingFlags, settingsOf} from '../cli/lab-flags.js'
import {usesColor} from '../cli/reporters.js'
import {doctor} from '../lab/doctor.js'
import type {Check} from '../lab/checks/doctor-checks.js'
import {offlineFlag} from '../cli/shared-flags.js'

export default class Doctor extends LabCommand<typeof Doctor> {
  static override summary = 'Check whether this machine can run the lab, and say how to fix what is wrong.'

  static override description = 'Exit status 1 if a check failed.'

  static override examples = ['<%= config.bin %> doctor', '<%= config.bin %> doctor --release 3.2.0 --offline']

  static override flags = {
    ...settingFlags,
    ...offlineFlag,
  }

  async run(): Promise<{checks: readonly Check[]}> {
    const {file, offline = false} = this.flags
    const checks = await doctor(
      {
        flags: settingsOf(this.flags),
        workingDirectory: process.cwd(),
        ...(file !== undefined && {file}),
        offline,
      },
      this.context(),
    )
    if (checks.some(({state}) => state === 'failed')) process.exitCode = 1
    this.log(doctorText(checks, usesColor(process.stdout)))
    return {checks: checks.map(({next, ...others}) => ({...others, next: next.map(asTyped)}))}
  }
}
