import type {ComponentSpec} from './release.js'
import type {ComponentSettings} from './settings.js'
import {DEBUG_PORT} from './topology.js'

/** Heap of a component's JVM, in MB; 0 where it has none. */
export function heapOf({jvm}: ComponentSpec, {heapMb}: ComponentSettings, small: boolean): number {
  if (!jvm) return 0
  return heapMb ?? (small ? jvm.smallHeapMb : jvm.heapMb)
}

/** Memory limit of a node, in MB: a larger or smaller heap moves the release's own limit. */
export function memoryOf(spec: ComponentSpec, settings: ComponentSettings, small: boolean): number {
  return settings.memoryMb ?? spec.memoryMb + heapOf(spec, settings, small) - (spec.jvm?.heapMb ?? 0)
}

/** Variables that tell a component's JVM its heap and its debugger, with what the user gives the same variables after it. */
export function jvmEnvironment(
  spec: ComponentSpec,
  settings: ComponentSettings,
  small: boolean,
): Readonly<Record<string, string>> {
  const {jvm} = spec
  if (!jvm) return {}
  const heap = heapOf(spec, settings, small)
  const options: Record<string, string[]> = {[jvm.variable]: [`-Xms${heap}m`, `-Xmx${heap}m`]}
  if (settings.debugPort !== undefined && !jvm.debugArguments) {
    const debug = `-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,address=${jvm.debugAddress}${DEBUG_PORT}`
    options['JAVA_OPTS'] = [...(options['JAVA_OPTS'] ?? []), debug]
  }
  // docs-apim 3.0.0 to 3.2.0, monitoring correlation logs: a system property of the start script.
  if (settings.correlationLogs) options['JAVA_OPTS'] = [...(options['JAVA_OPTS'] ?? []), '-DenableCorrelationLogs=true']
  return Object.fromEntries(
    Object.entries(options).map(([name, values]) => {
      const own = settings.environment?.[name]
      return [name, [...values, ...(own === undefined ? [] : [own])].join(' ')]
    }),
  )
}
