import {LabError} from '../errors.js'

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'this user may not',
  EPERM: 'this user may not',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: "this user's share of the disk is full",
  ENOTDIR: 'a part of its path is a file',
  EEXIST: 'a part of its path is a file',
  EISDIR: 'it is a folder',
  ELOOP: 'its symbolic links go round in a circle',
  ENAMETOOLONG: 'its name is too long',
}

/** What the user can act on if a file or folder could not be used; anything else as it is. */
export function toDiskError(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof LabError) return error
  const {code, path, syscall} = error as NodeJS.ErrnoException
  const reason = code === undefined ? undefined : REASONS[code]
  if (reason === undefined || (path === undefined && code !== 'ENOSPC' && code !== 'EDQUOT')) return error
  const verb = verbOf(syscall)
  return new LabError('file-unusable', `Can't ${verb} ${path ?? 'a file'}: ${reason}.`, {
    next: [
      ...(path === undefined ? ['df -h'] : [`ls -ld ${path}`]),
      ...(verb === 'write' ? ['XDG_DATA_HOME=/a/folder/of/mine apim-lab up (keeps everything there)'] : []),
    ],
    cause: error,
  })
}

const verbOf = (syscall = '') => (['read', 'scandir', 'readlink', 'stat'].includes(syscall) ? 'read' : 'write')
