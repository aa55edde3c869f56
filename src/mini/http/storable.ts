import {z} from 'zod'

// The product's databases are in latin1, and control characters have no business in names.
const STORABLE = /^[\x20-\x7e\xa0-\xff]*$/

/** Text of one line that fits a column of so many characters. */
export const storable = (max: number, min = 0) =>
  z
    .string()
    .min(min)
    .max(max)
    .refine(it => STORABLE.test(it), 'has a character that can not be stored')
