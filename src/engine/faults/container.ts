import type Docker from 'dockerode'
import type {ContainerCreateOptions, ContainerInspectInfo, MountSettings} from 'dockerode'
import {LabError} from '../../errors.js'
import {printFaultLabel} from '../../model/faults/fault-label.js'
import {faultKind, isGuarded, type FaultMeans} from '../../model/faults/fault-kinds.js'
import {CGROUP_AT, FAULT_GROUP, type FaultOrder} from '../../model/faults/fault-order.js'
import type {MakeFaultOptions} from '../engine-faults.js'

const CGROUPS = '/sys/fs/cgroup'
/** Of control groups version 1: which has the files of a kind. */
const CONTROLLERS: Readonly<Record<string, string>> = {pause: 'freezer', cpu: 'cpu'}

/** What a helper of each sort is allowed to do, which is nothing else. */
const CAPABILITIES: Readonly<Record<FaultMeans, readonly string[]>> = {
  rules: ['NET_ADMIN'],
  relay: ['NET_ADMIN'],
  names: ['NET_ADMIN'],
  cgroup: [],
  // To look into the node's processes, to mount where they see it, and to be whoever owns the folder.
  disk: ['SYS_ADMIN', 'SYS_PTRACE', 'SYS_CHROOT', 'DAC_OVERRIDE', 'CHOWN', 'FOWNER'],
  database: [],
  once: [],
}

interface CgroupFacts {
  readonly CgroupDriver?: string
  readonly CgroupVersion?: string
}

/** Where the engine's machine has the control group of a container. */
function cgroupOf(
  id: string,
  kind: string,
  {CgroupParent: parent}: {CgroupParent?: string | undefined},
  info: CgroupFacts,
): string {
  const controller = info.CgroupVersion === '2' ? '' : `/${CONTROLLERS[kind]}`
  const isSystemd = info.CgroupDriver === 'systemd'
  const path = isSystemd
    ? `/${parent || 'system.slice'}/docker-${id}.scope`
    : `/${(parent || 'docker').replace(/^\//, '')}/${id}`
  return `${CGROUPS}${controller}${path}`
}

const impossible = (message: string) =>
  new LabError('fault-impossible', message, {next: ['apim-lab doctor', 'apim-lab fault add --help']})

async function mountsFor(
  {fault, script}: MakeFaultOptions,
  node: ContainerInspectInfo,
  docker: Docker,
): Promise<readonly MountSettings[]> {
  if (script) {
    const found = node.Mounts.filter(({Destination}) => Destination === script.folder)
    return found.map(({Source}) => ({Type: 'bind' as const, Source, Target: script.folder, ReadOnly: true}))
  }
  if (faultKind(fault.kind).means !== 'cgroup') return []
  const info = (await docker.info()) as CgroupFacts
  if (info.CgroupDriver === 'none')
    throw impossible('This engine has no control groups: nothing can be paused or limited.')
  return [{Type: 'bind', Source: cgroupOf(node.Id, fault.kind, node.HostConfig, info), Target: CGROUP_AT}]
}

/** How often the engine starts a helper again that was killed from outside: it goes on until the same deadline. */
const STARTS = 5

/** What seeing a node's processes needs, and with them what is mounted there. */
export const besideNode = (node: string) => ({PidMode: `container:${node}`})

/** What mounting there needs. Where there is AppArmor, its default profile refuses all of it. */
export const insideNode = (node: string) => ({
  ...besideNode(node),
  SecurityOpt: ['no-new-privileges=true', 'apparmor=unconfined'],
})

/** What ends whatever is found. */
export const CLEARING: readonly string[] = [...new Set(['NET_ADMIN', ...CAPABILITIES.disk])]

/**
 * The container that makes a fault in the namespaces of a node, and nothing else; or the one that guards a helper: it has the same rights, and
 * shares the helper's memory.
 */
export async function faultContainer(
  docker: Docker,
  options: MakeFaultOptions,
  node: ContainerInspectInfo,
  guarded?: Docker.Container,
): Promise<Omit<ContainerCreateOptions, 'platform'>> {
  const {fault, flows = [], script, image} = options
  const kind = faultKind(fault.kind)
  const order: FaultOrder = guarded ? {order: 'guard', fault} : {order: 'make', fault, flows}
  const program = script
    ? {Image: node.Image, Entrypoint: ['sh', '-c', guarded ? script.guard : script.text], Cmd: []}
    : {Image: image, Cmd: [JSON.stringify(order)], User: `0:${FAULT_GROUP}`}
  return {
    ...program,
    HostConfig: {
      NetworkMode: `container:${node.Id}`,
      IpcMode: guarded ? `container:${guarded.id}` : isGuarded(kind) ? 'shareable' : 'private',
      ...(kind.means === 'disk' && insideNode(node.Id)),
      CapAdd: [...CAPABILITIES[kind.means]],
      Mounts: [...(await mountsFor(options, node, docker))],
      RestartPolicy: {Name: 'on-failure', MaximumRetryCount: STARTS},
      LogConfig: {Type: 'none', Config: {}},
    },
  }
}

export const labelOf = ({fault}: MakeFaultOptions, guards: boolean): string =>
  printFaultLabel({...fault, ...(guards && {guards})})
