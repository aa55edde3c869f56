import type {JvmSpec} from './release.js'

/** What can be asked of a JVM: what its tools print. */
export type JvmQuestion = 'threads' | 'heap' | 'gc'

/** Exit statuses of a script that asked nothing. */
export const NO_TOOLS = 66
export const NO_JVM = 67

/** Finds the JDK's tools, and the server's process: a script's first lines. It is given the main class, the folder of the tools, and more. */
const FIND = [
  'bin="${JAVA_HOME:+$JAVA_HOME/bin}"',
  '[ -x "$bin/jcmd" ] || bin="$2"',
  '[ -x "$bin/jcmd" ] || bin="$(dirname "$(command -v jcmd || echo /none/jcmd)")"',
  `[ -x "$bin/jcmd" ] || exit ${NO_TOOLS}`,
  'pid="$("$bin/jcmd" -l | while read -r id name rest; do case "$name" in *"$1"*) echo "$id"; break;; esac; done)"',
  `[ -n "$pid" ] || exit ${NO_JVM}`,
]

/** The JDK's own documentation of jcmd and jstat, 8 to 25: these are in all of them. A histogram collects garbage first. */
const QUESTIONS: Readonly<Record<JvmQuestion, string>> = {
  threads: 'exec "$bin/jcmd" "$pid" Thread.print -l',
  heap: 'exec "$bin/jcmd" "$pid" GC.class_histogram',
  gc: 'exec "$bin/jstat" -gcutil "$pid" 1000 5',
}

type Tools = Pick<JvmSpec, 'mainClass' | 'tools'>

const command = (
  script: readonly string[],
  {mainClass, tools}: Tools,
  ...more: readonly string[]
): readonly string[] => [...['sh', '-c', [...FIND, ...script].join('\n'), 'jvm', mainClass, tools], ...more]

/** A command that asks the JVM of a container. */
export const jvmCommand = (question: JvmQuestion, jvm: Tools): readonly string[] => command([QUESTIONS[question]], jvm)

const RECORDING = 'apim-lab'

/** Commands that begin a recording of what the JVM does, and that end it and print its file. A JDK 8 has it from 8u262 on (JDK-8223147). */
export const recordingCommands = (jvm: Tools, file: string) => ({
  begin: command([`exec "$bin/jcmd" "$pid" JFR.start name=${RECORDING} settings=profile`], jvm),
  end: command(
    [
      `"$bin/jcmd" "$pid" JFR.dump name=${RECORDING} filename="$3" >&2 || exit 1`,
      `"$bin/jcmd" "$pid" JFR.stop name=${RECORDING} >&2`,
      'cat "$3" && rm -f "$3"',
    ],
    jvm,
    file,
  ),
  drop: command([`exec "$bin/jcmd" "$pid" JFR.stop name=${RECORDING}`], jvm),
})
