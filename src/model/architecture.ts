/** The kernel's names for what images call otherwise. */
const NAMES: Readonly<Record<string, string>> = {x86_64: 'amd64', aarch64: 'arm64', armv7l: 'arm', i686: '386'}

/** What a processor also runs without emulation. */
const ALSO_NATIVE: Readonly<Record<string, readonly string[]>> = {amd64: ['386']}

/** Deadlines grow by this for a node that runs emulated. */
export const EMULATION_FACTOR = 3

/** An architecture as images name it, from what the engine tells of its machine. */
export const architectureOf = (machine: string): string => NAMES[machine] ?? machine

/** Whether an engine on this machine runs such an image as it is; for another one the machine needs an emulator. */
export function runsNatively(platform: string, machine: string): boolean {
  const own = architectureOf(machine)
  const [system, architecture = ''] = platform.split('/')
  return system === 'linux' && (architecture === own || (ALSO_NATIVE[own] ?? []).includes(architecture))
}

/** System and architecture of a platform, without the variant that images tell only sometimes: `linux/arm64/v8`. */
export const samePlatform = (one: string, other: string): boolean =>
  one.split('/').slice(0, 2).join('/') === other.split('/').slice(0, 2).join('/')
