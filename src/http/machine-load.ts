import {cpus, loadavg} from 'node:os'
import type {MachineLoad} from '../model/load.js'

/** How busy the machine is that this program runs on. Inside a container that is the engine's machine, whose load no container hides. */
export const machineLoad = (): MachineLoad => ({average: loadavg()[0] ?? 0, cpus: Math.max(1, cpus().length)})
