const LAB_COMMAND =
  /^apim-lab (lint|up|down|status|links|verify|wait|logs|exec|start|stop|restart|freeze|thaw|hosts|render|images (?:list|pull|save|load)|fault (?:add|list|clear|run))(?= |$)/

/**
 * A next command as it means the lab that this command was about: `--lab` is added where that was named by a flag. It stands
 * before what `exec` runs and before a remark in parentheses.
 */
export function withLab(command: string, lab: string | undefined): string {
  if (lab === undefined || !LAB_COMMAND.test(command) || / --lab /.test(command)) return command
  const end = / \(| -- /.exec(command)?.index ?? command.length
  return `${command.slice(0, end)} --lab ${lab}${command.slice(end)}`
}
