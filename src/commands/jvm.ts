import {Args, Flags} from '@oclif/core'
import {LabCommand} from '../cli/lab-command.js'
import {LabError} from '../errors.js'
import {jvmText, record, type JvmText, type Recording} from '../lab/jvm/jvm.js'
import {replaceFlag} from '../cli/shared-flags.js'

const QUESTIONS = ['threads', 'heap', 'gc'] as const
const RECORDER = 'flight-recorder'
const USUAL_SECONDS = 60

export default class Jvm extends LabCommand<typeof Jvm> {
  static override summary = "Ask a node's JVM: its threads, heap and garbage collections, or a recording."

  static override description =
    'threads is a thread dump with locks; heap is a histogram of classes, for which garbage is collected first; gc has a line a second, for five ' +
    'seconds. flight-recorder records for --seconds and writes a file for JDK Mission Control: data of the program may be in it, so only ' +
    "its owner may read it. The tools are those of the node's image. Nodes of the built-in release are not Java programs."

  static override examples = [
    '<%= config.bin %> jvm gateway-1 threads',
    '<%= config.bin %> jvm gateway-1 heap | head -20',
    '<%= config.bin %> jvm key-manager gc',
    '<%= config.bin %> jvm gateway-1 flight-recorder --seconds 30 --output gateway.jfr',
  ]

  static override args = {
    node: Args.string({
      description: 'A node (gateway-1), or a component that has only one.',
      required: true,
      ignoreStdin: true,
    }),
    what: Args.string({
      description: 'What to ask for.',
      required: true,
      options: [...QUESTIONS, RECORDER],
      ignoreStdin: true,
    }),
  }

  static override flags = {
    seconds: Flags.integer({
      summary: `With ${RECORDER}: how long to record. Default: ${USUAL_SECONDS}.`,
      min: 1,
      max: 3600,
    }),
    output: Flags.string({
      char: 'o',
      summary: `With ${RECORDER}: file to write. Default: NODE.jfr.`,
      helpValue: 'FILE',
    }),
    ...replaceFlag,
  }

  async run(): Promise<JvmText | Recording> {
    const {node, what} = this.args
    const {seconds, output, force} = this.flags
    const lab = await this.namedLab()
    const context = this.context()
    const question = QUESTIONS.find(name => name === what)
    if (question) {
      if (seconds !== undefined || output !== undefined || force)
        throw new LabError('usage-invalid', `--seconds, --output and --force are for ${RECORDER}.`, {
          next: [`apim-lab jvm ${node} ${what} > FILE`, `apim-lab jvm ${node} ${RECORDER} --output FILE`],
        })
      const result = await jvmText(question, {lab, node}, context)
      if (result.by === 'signal')
        this.logToStderr(
          `The image of ${result.node} has no jcmd: this is the JVM's own answer to SIGQUIT, which is in the node's log now.`,
        )
      this.log(result.text.trimEnd())
      return result
    }
    const options = {lab, node, seconds: seconds ?? USUAL_SECONDS, path: output ?? `${node}.jfr`, force}
    const result = await record({...options, workingDirectory: process.cwd()}, context)
    this.reporter.end()
    this.log(`Wrote ${result.file}, ${Math.ceil(result.sizeBytes / 1000)} KB: open it with JDK Mission Control.`)
    return result
  }
}
