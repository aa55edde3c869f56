import {checkReplaceable} from '../../disk/replaceable.js'
import {writeWhole} from '../../disk/files.js'
import {timelinePage} from './page.js'
import type {TimelineResult} from './timeline.js'

/** Writes a timeline as a page, whole or not at all; what logs say is in it, so only its owner may read it. */
export async function writeTimelinePage(path: string, result: TimelineResult): Promise<void> {
  await checkReplaceable(path)
  await writeWhole(path, timelinePage(result), 'private')
}
