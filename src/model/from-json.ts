import type * as z from 'zod'
import {attempt} from './attempt.js'

/** What a text has as JSON, by its schema; undefined where it has anything else: for what is as good as not there when it is damaged. */
export const fromJson = <T>(schema: z.ZodType<T>, text: string): T | undefined =>
  schema.safeParse(attempt(() => JSON.parse(text) as unknown)).data
