import {LabError} from '../errors.js'

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: "this user's share of the disk is full",
  ENOTDIR: 'a part of its path is a file',
  EEXIST: 'a part of its path is a file',
  EISDIR: 'it is a folder',
  ENOTEMPTY: 'it is a folder with files in it',
  ELOOP: 'its symbolic links go round in a circle',
  ENAMETOOLONG: 'its name is too long',
}

/** Why a file can't be used, in words, by the code of the system's error. */
export const reasonOf = (code = 'unreadable'): string => REASONS[code] ?? code

/** What the user can act on if a file or folder could not be used; anything else as it is. */
export function toDiskError(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof LabError) return error
  const {code, path: from, dest, syscall} = error as NodeJS.ErrnoException & {readonly dest?: string}
  // What was written beside it is not what is in the way.
  const path = dest ?? from
  if (syscall === 'uv_cwd')
    return new LabError('file-unusable', 'The working directory is gone: somebody has removed or renamed it.', {
      next: ['cd /a/folder/that/is/there'],
      cause: error,
    })
  const reason = code === undefined ? undefined : REASONS[code]
  if (reason === undefined || (path === undefined && code !== 'ENOSPC' && code !== 'EDQUOT')) return error
  const verb = verbOf(syscall)
  return new LabError('file-unusable', `Can't ${verb} ${path ?? 'a file'}: ${reason}.`, {
    next: [
      ...(path === undefined ? ['df -h'] : [`ls -ld ${path}`]),
      ...(verb !== 'read' ? ['XDG_DATA_HOME=/a/folder/of/mine apim-lab up (keeps everything there)'] : []),
    ],
    cause: error,
  })
}

/** Files are opened to be read and to be written. */
const verbOf = (syscall = '') => {
  if (syscall === 'open') return 'open'
  return ['read', 'scandir', 'readlink', 'stat', 'lstat'].includes(syscall) ? 'read' : 'write'
}
