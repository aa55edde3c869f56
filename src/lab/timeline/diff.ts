import {resolve} from 'node:path'
import {readIfThere} from '../../disk/regular-file.js'
import {LabError} from '../../errors.js'
import {inOrder, TIMELINE_EVENT, type TimelineEvent} from '../../lab-events/timeline.js'
import {diffTimelines, type TimelineDiff} from '../../lab-events/timeline-diff.js'
import {fromJson} from '../../model/from-json.js'

/** Reads a file of `timeline --json`, which may be somebody else's. Throws `file-unusable` with the line. */
async function readTimeline(path: string, workingDirectory: string): Promise<readonly TimelineEvent[]> {
  const content = await readIfThere(resolve(workingDirectory, path))
  if (!content) throw new LabError('file-unusable', `There is no file ${path}.`, {next: [`ls -l ${path}`]})
  const events = content
    .toString('utf8')
    .split('\n')
    .flatMap((line, i) => {
      if (line.trim() === '') return []
      const event = fromJson(TIMELINE_EVENT, line)
      if (event) return [event]
      throw new LabError('file-unusable', `Line ${i + 1} of ${path} is not an event of a timeline.`, {
        next: ['apim-lab timeline --json > good.ndjson (writes such a file)'],
      })
    })
  return inOrder(events)
}

export interface DiffOptions {
  readonly good: string
  readonly bad: string
  readonly workingDirectory: string
}

/** Where two timelines part. Throws `file-unusable`. */
export async function timelineDiff({good, bad, workingDirectory}: DiffOptions): Promise<TimelineDiff> {
  const [one, other] = [await readTimeline(good, workingDirectory), await readTimeline(bad, workingDirectory)]
  return diffTimelines(one, other)
}
