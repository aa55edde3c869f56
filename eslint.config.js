import tseslint from 'typescript-eslint'

/** What each room may not import: the arrows of the architecture go one way, model <- import <- lint <- render <- plan <- engine <- lab <- commands. */
const ROOMS = ['model', 'import', 'lint', 'render', 'plan', 'engine', 'lab', 'commands']

const later = room => ROOMS.slice(ROOMS.indexOf(room) + 1)
const relative = name => [`../${name}/*`, `../../${name}/*`, `../../../${name}/*`]

const noRooms = (names, message) => ({group: names.flatMap(relative), message})
const dockerode = {name: 'dockerode', message: 'Only engine/ speaks to Docker.'}
const fs = ['node:fs', 'node:fs/promises', 'fs', 'fs/promises'].map(name => ({
  name,
  message: 'Only disk/ and mini/ touch files.',
}))

const room = (name, {paths = [], patterns = []}) => ({
  files: [`src/${name}/**/*.ts`],
  rules: {'no-restricted-imports': ['error', {paths, patterns}]},
})

const noProcess = {
  'no-restricted-globals': [
    'error',
    {name: 'process', message: 'Only bin, commands and the engine connection read the process.'},
  ],
}

export default tseslint.config(
  {ignores: ['dist', 'node_modules', 'test/golden/expected']},
  ...tseslint.configs.recommended,
  {
    rules: {
      '@typescript-eslint/no-unused-vars': ['error', {argsIgnorePattern: '^_'}],
      '@typescript-eslint/consistent-type-imports': 'error',
      eqeqeq: 'error',
      'max-lines': ['error', {max: 300, skipBlankLines: true, skipComments: true}],
      'prefer-const': 'error',
    },
  },
  {files: ['test/**/*.ts'], rules: {'@typescript-eslint/no-unused-expressions': 'off', 'max-lines': 'off'}},
  {files: ['src/{config,model,import,lint,render,plan,lab,report,disk}/**/*.ts'], rules: noProcess},
  room('http', {
    paths: [dockerode, ...fs],
    patterns: [
      noRooms([...ROOMS.slice(1), 'disk', 'report', 'mini', 'helper'], 'http/ is one exchange, for engine and helper.'),
    ],
  }),
  // The product's configuration rules: what everybody may import, mini too.
  room('config', {
    paths: [dockerode, ...fs],
    patterns: [noRooms([...ROOMS, 'http', 'disk', 'report', 'mini', 'helper'], 'config/ imports no other room.')],
  }),
  ...['model', 'import', 'lint', 'render', 'plan'].map(name =>
    room(name, {
      paths: [dockerode, ...fs],
      patterns: [
        noRooms(
          [...later(name), 'http', 'disk', 'report', 'mini', 'helper'],
          `${name}/ is pure and imports only what stands before it.`,
        ),
      ],
    }),
  ),
  room('engine', {
    paths: fs,
    patterns: [noRooms(['lab', 'commands', 'disk', 'mini', 'helper'], 'engine/ is below lab/.')],
  }),
  room('disk', {
    paths: [dockerode],
    patterns: [noRooms(['engine', 'lint', 'lab', 'commands', 'plan', 'mini', 'helper'], 'disk/ knows files only.')],
  }),
  room('report', {
    paths: [dockerode, ...fs],
    patterns: [noRooms(['engine', 'lab', 'commands', 'disk', 'mini', 'helper'], 'report/ renders events only.')],
  }),
  room('lab', {
    paths: [dockerode, ...fs],
    patterns: [noRooms(['commands', 'mini', 'helper'], 'lab/ is below commands/.')],
  }),
  room('commands', {
    paths: [dockerode, ...fs],
    patterns: [noRooms(['plan', 'mini', 'helper'], 'commands/ call lab/.')],
  }),
  room('helper', {
    paths: [dockerode],
    patterns: [noRooms(ROOMS.slice(1).concat('disk', 'report', 'mini'), 'helper/ runs inside a container.')],
  }),
  room('mini', {
    paths: [dockerode],
    patterns: [noRooms([...ROOMS, 'disk', 'report', 'helper'], 'mini/ is a program of its own.')],
  }),
)
