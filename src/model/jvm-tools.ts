import type {JvmSpec} from './release.js'

/** What can be asked of a JVM: what its tools print. */
export type JvmQuestion = 'threads' | 'heap' | 'gc'

/** Exit statuses of a script that asked nothing. */
export const NO_TOOLS = 66
export const NO_JVM = 67
/** It prints `uid:gid`: a JVM answers its own user only. */
export const OTHER_USER = 68
/** A signal would end it. */
export const DEAF = 69

/**
 * Finds the server's process: a script's first lines. It is given the main class, the folder of the tools, and more. The class alone does not tell: it
 * is also an argument of this script.
 */
const FIND_PROCESS = [
  'for at in /proc/[0-9]*; do',
  '  read -r name <"$at/comm" && [ "$name" = java ] || continue',
  `  tr '\\0' '\\n' <"$at/cmdline" | grep -qxF "$1" || continue`,
  '  pid="${at#/proc/}"',
  '  break',
  'done 2>/dev/null',
  `[ -n "$pid" ] || exit ${NO_JVM}`,
  'while read -r key real effective rest; do',
  '  case "$key" in Uid:) uid="$effective";; Gid:) gid="$effective";; SigCgt:) caught="$real";; esac',
  'done <"/proc/$pid/status"',
  `[ "$uid:$gid" = "$(id -u):$(id -g)" ] || { echo "$uid:$gid"; exit ${OTHER_USER}; }`,
]

const FIND_TOOLS = [
  'bin="${JAVA_HOME:+$JAVA_HOME/bin}"',
  '[ -x "$bin/jcmd" ] || bin="$2"',
  '[ -x "$bin/jcmd" ] || bin="$(dirname "$(command -v jcmd || echo /none/jcmd)")"',
  `[ -x "$bin/jcmd" ] || exit ${NO_TOOLS}`,
]

/** The JDK's own documentation of jcmd and jstat, 8 to 25: these are in all of them. A histogram collects garbage first. */
const QUESTIONS: Readonly<Record<JvmQuestion, string>> = {
  threads: 'exec "$bin/jcmd" "$pid" Thread.print -l',
  heap: 'exec "$bin/jcmd" "$pid" GC.class_histogram',
  gc: 'exec "$bin/jstat" -gcutil "$pid" 1000 5',
}

type Tools = Pick<JvmSpec, 'mainClass' | 'tools'>

const shell = (script: readonly string[], {mainClass, tools}: Tools, ...more: readonly string[]): readonly string[] => [
  ...['sh', '-c', script.join('\n'), 'jvm', mainClass, tools],
  ...more,
]

const command = (script: readonly string[], jvm: Tools, ...more: readonly string[]) =>
  shell([...FIND_PROCESS, ...FIND_TOOLS, ...script], jvm, ...more)

/** A command that asks the JVM of a container. */
export const jvmCommand = (question: JvmQuestion, jvm: Tools): readonly string[] => command([QUESTIONS[question]], jvm)

/**
 * A command that has the JVM print its threads to its own output, for which it needs no tools. One that does not catch the signal (-Xrs, or it has only just
 * begun) would end by it: the last digit of SigCgt has bit 3 then, which is SIGQUIT's (proc(5)).
 */
export const signalCommand = (jvm: Tools): readonly string[] =>
  shell([...FIND_PROCESS, `case "$caught" in *[4-7c-f]) kill -QUIT "$pid";; *) exit ${DEAF};; esac`], jvm)

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
  drop: command([`"$bin/jcmd" "$pid" JFR.stop name=${RECORDING}`, 'rm -f "$3"'], jvm, file),
})
