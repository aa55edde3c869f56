/** How busy a machine is. */
export interface MachineLoad {
  /** The load average of the last minute; 0 where a system has none (Windows). */
  readonly average: number
  readonly cpus: number
}

export const IDLE: MachineLoad = {average: 0, cpus: 1}

/** Limits grow no further: what takes longer than that is not only slow. */
const MOST = 4
/** From so many waiting for each processor on, the load is worth a word. */
const HIGH = 2

/**
 * A time limit of ours that waits for a lab, in whole milliseconds: it grows with the load, up to four times, since all takes twice as
 * long where two wait for each processor.
 */
export const underLoad = (ms: number, {average, cpus}: MachineLoad): number =>
  Math.round(ms * Math.min(MOST, Math.max(1, average / cpus)))

export const isLoadHigh = ({average, cpus}: MachineLoad): boolean => average >= HIGH * cpus

const rounded = (average: number) => (average < 10 ? Math.round(average * 10) / 10 : Math.round(average))

/** `load 68 on 2 cores`. */
export const loadText = ({average, cpus}: MachineLoad): string =>
  `load ${rounded(average)} on ${cpus} core${cpus === 1 ? '' : 's'}`

/** What follows a limit that was missed: the load, where it is high. */
export const loadRemark = (load: MachineLoad): string => (isLoadHigh(load) ? ` (${loadText(load)})` : '')
