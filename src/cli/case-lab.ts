/** The lab that a case is to run in, of the flag. The variable says which lab other commands mean: that one is not to be run in. */
export const caseLab = (flag: string | undefined): string | undefined =>
  flag === process.env['APIM_LAB'] ? undefined : flag
