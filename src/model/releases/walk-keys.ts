/** The same in all versions, see the lists in src/config/keys. */
export const WALK_KEYS = {
  username: 'super_admin.username',
  password: 'super_admin.password',
  environments: 'apim.gateway.environment',
} as const
