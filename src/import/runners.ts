/** What runs nodes: a service of a compose file, or a workload of a cluster. */
export interface Runner {
  /** Paths of files and folders that it has mounted, from the folder that was handed in. */
  readonly mounts: readonly string[]
  readonly configMaps: readonly string[]
  /** Its own names, and those that others call it by. */
  readonly hosts: readonly string[]
  readonly profile?: string
  readonly environment: Readonly<Record<string, string>>
  readonly replicas?: number
  readonly image?: string
}

/** The profile that a container is started with: by its variable, or by an argument. */
export const profileOf = (
  environment: Readonly<Record<string, string>>,
  command: readonly string[],
): string | undefined =>
  environment['PROFILE_NAME'] ?? command.map(argument => /-Dprofile=([\w-]+)/.exec(argument)?.[1]).find(Boolean)
