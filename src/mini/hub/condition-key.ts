/**
 * The key of a group of conditions, or of a policy's own limit where it has groups: `..._condition_7`, `..._default`
 * (ThrottlePolicyTemplateBuilder of carbon-apimgt v6.7.206).
 */
export const conditionKey = (key: string, group?: number): string =>
  group === undefined ? `${key}_default` : `${key}_condition_${group}`
