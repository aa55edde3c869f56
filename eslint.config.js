import tseslint from 'typescript-eslint'

/** A room may import those before it, not those behind it: docs/architecture.md. */
const ROOMS = ['model', 'import', 'lint', 'render', 'plan', 'lab-events', 'engine', 'lab', 'cli', 'commands', 'hooks']

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

/** Components and releases are data of `model/releases`: whoever else needs one asks for what it provides. */
const NAMES =
  'publisher|devportal|key-manager|gateway|traffic-manager|control-plane|analytics-(worker|dashboard)|mini(-\\d)?|[34]\\.\\d+\\.\\d+'
const names = {
  selector: `Literal[value=/^(${NAMES})$/], TemplateElement[value.raw=/^(${NAMES})(-|:|$)/]`,
  message: 'A component or release by name: ask the release for what it provides.',
}

/** Database servers are data too, of `model/releases/servers`; and each has a client in the helper. */
const SERVERS = 'mysql|mariadb|postgres'
const servers = {
  selector: `:not(ImportDeclaration) > Literal[value=/${SERVERS}/i], TemplateElement[value.raw=/${SERVERS}/i]`,
  message: "A database server by name: read it from the lab's server.",
}

const errors = {
  selector: "NewExpression[callee.name='LabError'][arguments.length<3]",
  message: 'An error says what to do next: {next: [...]}.',
}
const always = {'no-restricted-syntax': ['error', errors]}
const noServers = {'no-restricted-syntax': ['error', errors, servers]}
const noNames = {'no-restricted-syntax': ['error', errors, names, servers]}

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
      'max-lines': ['error', {max: 250, skipBlankLines: true, skipComments: true}],
      'max-params': ['error', 4],
      'prefer-const': 'error',
    },
  },
  {files: ['**/*.cjs'], rules: {'@typescript-eslint/no-require-imports': 'off'}},
  // mini has functions that were written before these limits.
  {
    files: ['src/mini/**/*.ts'],
    rules: {'max-params': 'off', 'max-lines': ['error', {max: 300, skipBlankLines: true, skipComments: true}]},
  },
  {
    files: ['test/**/*.ts'],
    rules: {'@typescript-eslint/no-unused-expressions': 'off', 'max-lines': 'off', 'max-params': 'off'},
  },
  {files: ['src/{config,model,import,lint,render,plan,lab-events,lab,report,disk}/**/*.ts'], rules: noProcess},
  {files: ['src/**/*.ts'], rules: always},
  {files: ['src/{plan,lab-events,engine,lab,cli,commands,render}/**/*.ts'], rules: noNames},
  {
    files: ['src/{model,lint,helper}/**/*.ts'],
    ignores: ['src/model/releases/**', 'src/lint/examples/**', 'src/helper/databases/**'],
    rules: noServers,
  },
  room('http', {
    paths: [dockerode, ...fs],
    patterns: [
      noRooms(
        [...ROOMS.slice(1), 'disk', 'report', 'mini', 'helper', 'fault-helper'],
        'http/ is one exchange, for engine and helper.',
      ),
    ],
  }),
  // How programs look names up: what everybody may import, mini too.
  room('names', {
    paths: [dockerode],
    patterns: [
      noRooms(
        [...ROOMS, 'config', 'http', 'disk', 'report', 'mini', 'helper', 'fault-helper'],
        'names/ imports no other room.',
      ),
    ],
  }),
  // Text that is safe in a page: what everybody may import, mini too.
  room('html', {
    paths: [dockerode, ...fs],
    patterns: [
      noRooms(
        [...ROOMS, 'config', 'http', 'disk', 'report', 'mini', 'helper', 'fault-helper', 'names'],
        'html/ imports no other room.',
      ),
    ],
  }),
  // The product's configuration rules: what everybody may import, mini too.
  room('config', {
    paths: [dockerode, ...fs],
    patterns: [
      noRooms([...ROOMS, 'http', 'disk', 'report', 'mini', 'helper', 'fault-helper'], 'config/ imports no other room.'),
    ],
  }),
  ...['model', 'import', 'lint', 'render', 'plan', 'lab-events'].map(name =>
    room(name, {
      paths: [dockerode, ...fs],
      patterns: [
        noRooms(
          [...later(name), 'http', 'disk', 'report', 'mini', 'helper', 'fault-helper'],
          `${name}/ is pure and imports only what stands before it.`,
        ),
      ],
    }),
  ),
  room('engine', {
    paths: fs,
    patterns: [noRooms([...later('engine'), 'disk', 'mini', 'helper', 'fault-helper'], 'engine/ is below lab/.')],
  }),
  room('disk', {
    paths: [dockerode],
    patterns: [noRooms(['lint', ...later('render'), 'mini', 'helper', 'fault-helper'], 'disk/ knows files only.')],
  }),
  room('report', {
    paths: [dockerode, ...fs],
    patterns: [noRooms([...later('plan'), 'disk', 'mini', 'helper', 'fault-helper'], 'report/ renders events only.')],
  }),
  room('lab', {
    paths: [dockerode, ...fs],
    patterns: [
      noRooms([...later('lab'), 'mini', 'helper', 'fault-helper'], 'lab/ is below cli/ and commands/.'),
      {
        regex: '/engine/(?!(engine|engine-faults|engine-images|engine-volumes|seed-failure)\\.js$)',
        message: 'lab/ knows an engine by its interfaces.',
      },
    ],
  }),
  room('cli', {
    paths: [dockerode, ...fs],
    patterns: [noRooms([...later('cli'), 'plan', 'mini', 'helper', 'fault-helper'], 'cli/ is what commands share.')],
  }),
  room('commands', {
    paths: [dockerode, ...fs],
    patterns: [
      noRooms([...later('commands'), 'engine', 'plan', 'mini', 'helper', 'fault-helper'], 'commands/ call lab/.'),
    ],
  }),
  room('hooks', {
    paths: [dockerode, ...fs],
    patterns: [
      noRooms(
        [...ROOMS.filter(name => name !== 'cli'), 'config', 'http', 'disk', 'mini', 'helper', 'fault-helper'],
        'hooks/ answer with cli/.',
      ),
    ],
  }),
  room('helper', {
    paths: [dockerode, ...fs],
    patterns: [noRooms(ROOMS.slice(1).concat('disk', 'report', 'mini'), 'helper/ runs inside a container.')],
  }),
  // It writes files of a control group, and its own deadline.
  room('fault-helper', {
    paths: [dockerode],
    patterns: [
      noRooms(
        ROOMS.slice(1).concat('config', 'http', 'disk', 'report', 'mini', 'helper'),
        'fault-helper/ is a program of its own.',
      ),
    ],
  }),
  // What the helper does with volumes that it has mounted.
  room('helper/volumes', {
    paths: [dockerode],
    patterns: [noRooms(ROOMS.slice(1).concat('disk', 'report', 'mini'), 'helper/ runs inside a container.')],
  }),
  room('mini', {
    paths: [dockerode],
    patterns: [noRooms([...ROOMS, 'disk', 'report', 'helper'], 'mini/ is a program of its own.')],
  }),
)
