import {build} from 'esbuild'
import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {POSTGRESQL_SCRIPTS, postgresqlSql, schemaSql, SCRIPTS} from './schema.js'
import type {Recipe, RecipeFile} from '../../src/engine/images/recipe.js'
import {ROOT} from '../support/lab.js'

/** Names under which no registry has anything: a name of WSO2's is never given to a double. */
export const REGISTRY = 'apim-lab.test'

export const IMAGES = {
  apim: `${REGISTRY}/wso2am:3.2.0`,
  worker: `${REGISTRY}/wso2am-analytics-worker:3.2.0`,
  dashboard: `${REGISTRY}/wso2am-analytics-dashboard:3.2.0`,
} as const

export const APIM_3_0 = `${REGISTRY}/wso2am:3.0.0`

const PROFILES = ['api-publisher', 'api-devportal', 'api-key-manager', 'gateway-worker', 'traffic-manager']

const WEBAPPS = [
  'accountrecoveryendpoint',
  'am#sample#pizzashack#v1',
  'api#am#admin',
  'api#am#gateway#v1',
  'api#am#publisher',
  'api#am#store',
  'api#identity#consent-mgt#v1.0',
  'api#identity#oauth2#dcr#v1.1',
  'api#identity#oauth2#v1.0',
  'api#identity#recovery#v0.9',
  'api#identity#user#v1.0',
  'authenticationendpoint',
  'client-registration',
  'internal#data#v1',
  'keymanager-operations',
  'oauth2',
]

const DRIVER = 'mysql-connector-java-8.0.17.jar'
const SERVER = 'repository/deployment/server'

export const read = (path: string) => readFileSync(join(import.meta.dirname, path), 'utf8')

const text = (files: Readonly<Record<string, string>>): ReadonlyMap<string, RecipeFile> =>
  new Map(
    Object.entries(files).map(([path, content]) => [
      path,
      {content: Buffer.from(content), mode: path.endsWith('.sh') ? 0o755 : 0o644},
    ]),
  )

const template = (profile: string) =>
  `# The template of profile ${profile}: a lab's configuration must replace it.\n[server]\nhostname = "template.local"\nserver_role = "${profile}"\n`

const inHome = (files: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(files).map(([path, content]) => [`home/${path}`, content]))

export const apimHome = (): Readonly<Record<string, string>> => ({
  'bin/wso2server.sh': read('wso2am/wso2server.sh'),
  'bin/profileSetup.sh': read('wso2am/profileSetup.sh'),
  'repository/conf/deployment.toml': '# As shipped: all profiles in one.\n',
  ...Object.fromEntries(Object.entries(SCRIPTS).map(([path, database]) => [path, schemaSql(database)])),
  ...Object.fromEntries(Object.entries(POSTGRESQL_SCRIPTS).map(([path, database]) => [path, postgresqlSql(database)])),
  ...Object.fromEntries(
    PROFILES.map(name => [`repository/resources/conf/deployment-templates/${name}.toml`, template(name)]),
  ),
  ...Object.fromEntries(WEBAPPS.map(name => [`${SERVER}/webapps/${name}.war`, ''])),
  ...Object.fromEntries(
    ['admin', 'devportal', 'publisher'].map(name => [`${SERVER}/jaggeryapps/${name}/jaggery.conf`, '{}\n']),
  ),
  [`${SERVER}/synapse-configs/default/synapse.xml`]: '<definitions xmlns="http://ws.apache.org/ns/synapse"/>\n',
  [`${SERVER}/executionplans/default.siddhiql`]: '-- as shipped\n',
})

export const analyticsHome = (runtime: string): Readonly<Record<string, string>> => ({
  [`bin/${runtime}.sh`]: read('analytics/runtime.sh').replaceAll('@runtime@', runtime),
  [`conf/${runtime}/deployment.yaml`]: '# As shipped.\n',
})

const recipe = (
  tag: string,
  home: string,
  base: string,
  files: Readonly<Record<string, string>>,
  userId = 802,
): Recipe => ({
  tag,
  files: text({
    Dockerfile: read('Dockerfile'),
    'serve.sh': read('serve.sh'),
    ...files,
  }),
  labels: {'apim-lab.double': 'true'},
  buildArgs: {BASE: base, HOME_NAME: home, USER_ID: String(userId)},
})

/** What serve.sh runs: the server of a release and what stands in for it, bundled, and what starts them. */
export const serverPrograms = async (release: '3.0.0' | '3.2.0' | '4.x') => ({
  'server.cjs': await bundled(`server-${release}.ts`),
  'standing.cjs': await bundled('standing.ts'),
  'start.cjs': readFileSync(join(ROOT, 'templates/images/mini/start.cjs'), 'utf8'),
})

/** How to build the doubles of 3.2.0's three images, on an image with a Node, bash and the user wso2carbon: mini's. */
export async function doubles320(base: string): Promise<readonly Recipe[]> {
  const mini = await serverPrograms('3.2.0')
  const analytics = (['worker', 'dashboard'] as const).map(runtime =>
    recipe(IMAGES[runtime], 'wso2am-analytics-3.2.0', base, {
      'docker-entrypoint.sh': read('analytics/docker-entrypoint.sh').replaceAll('@runtime@', runtime),
      ...mini,
      ...inHome(analyticsHome(runtime)),
    }),
  )
  const apim = recipe(IMAGES.apim, 'wso2am-3.2.0', base, {
    ...mini,
    'docker-entrypoint.sh': read('wso2am/docker-entrypoint.sh'),
    ...inHome(apimHome()),
  })
  return [apim, ...analytics]
}

async function bundled(name: string): Promise<string> {
  const {outputFiles} = await build({
    entryPoints: [join(import.meta.dirname, name)],
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    write: false,
  })
  return outputFiles[0]!.text
}

/** How to build the double of 3.0.0's image, which has a driver and no idea of PROFILE_NAME. */
export const double300 = async (base: string): Promise<Recipe> =>
  recipe(APIM_3_0, 'wso2am-3.0.0', base, {
    'docker-entrypoint.sh': read('wso2am/docker-entrypoint-3.0.0.sh'),
    ...(await serverPrograms('3.0.0')),
    ...inHome(apimHome()),
    ...inHome({[`repository/components/dropins/${DRIVER}`]: ''}),
  })

/** What a home of 4.x has: start scripts, the profiles' templates, and for a control plane the schema scripts. */
const home4x = (scripts: readonly string[], profiles: readonly string[]): Readonly<Record<string, string>> => ({
  ...Object.fromEntries(scripts.map(name => [`bin/${name}`, read('wso2am/wso2server.sh')])),
  'bin/profileSetup.sh': read('wso2am/profileSetup-4.x.sh'),
  'repository/conf/deployment.toml': '# As shipped.\n',
  ...Object.fromEntries(Object.entries(SCRIPTS).map(([path, database]) => [path, schemaSql(database)])),
  ...Object.fromEntries(
    profiles.map(name => [`repository/resources/conf/deployment-templates/${name}.toml`, template(name)]),
  ),
  [`${SERVER}/synapse-configs/default/synapse.xml`]: '<definitions xmlns="http://ws.apache.org/ns/synapse"/>\n',
  [`${SERVER}/executionplans/default.siddhiql`]: '-- as shipped\n',
})

export const APIM_4_2 = `${REGISTRY}/wso2am:4.2.0`

/** How to build the double of 4.2.0's image: one for all profiles. */
export const double420 = async (base: string): Promise<Recipe> =>
  recipe(APIM_4_2, 'wso2am-4.2.0', base, {
    'docker-entrypoint.sh': read('wso2am/docker-entrypoint.sh').replaceAll('wso2server.sh', 'api-manager.sh'),
    ...(await serverPrograms('4.x')),
    ...inHome(
      home4x(['api-manager.sh'], ['control-plane', 'traffic-manager', 'gateway-worker', 'api-key-manager-deprecated']),
    ),
  })

export const IMAGES_4_7 = {
  'control-plane': `${REGISTRY}/wso2am-acp:4.7.0`,
  'traffic-manager': `${REGISTRY}/wso2am-tm:4.7.0`,
  gateway: `${REGISTRY}/wso2am-universal-gw:4.7.0`,
} as const

/** What some doubles are built on. */
export const JAVA_IMAGES = {jdk: `${REGISTRY}/jdk:21`, runtime: `${REGISTRY}/jre:21`} as const

const javaImages = (base: string): readonly Recipe[] => [
  {
    tag: JAVA_IMAGES.jdk,
    files: text({Dockerfile: read('jvm/Dockerfile'), 'Bootstrap.java': read('jvm/Bootstrap.java')}),
    labels: {'apim-lab.double': 'true'},
    buildArgs: {BASE: base},
  },
  {
    tag: JAVA_IMAGES.runtime,
    files: text({Dockerfile: read('jvm/Dockerfile.runtime')}),
    labels: {'apim-lab.double': 'true'},
    buildArgs: {BASE: JAVA_IMAGES.jdk},
  },
]

/** The start script with a JVM around the server, told of its heap as the product's. */
const inJvm = (script: string) =>
  script.replace(
    /^sh (\/opt\/apim-lab\/serve\.sh .*)"\$pid_file"/m,
    '"$JAVA_HOME/bin/java" $JVM_MEM_OPTS $JAVA_OPTS -Djava.io.tmpdir="$home/tmp" -Dcarbon.home="$home" -cp /opt/apim-lab/java \\\n' +
      '  org.wso2.carbon.bootstrap.Bootstrap sh $1"$home/server.pid"',
  )

/**
 * How to build the doubles of 4.7.0's images: one a role, another user, and entrypoints that hand signals on. Traffic manager and gateway run in
 * a JVM, the gateway's without tools; the control plane's image has a JDK and runs none.
 */
export async function doubles470(base: string): Promise<readonly Recipe[]> {
  const programs = await serverPrograms('4.x')
  const image = (tag: string, on: string, home: string, scripts: Readonly<Record<string, string>>) => {
    const names = Object.keys(scripts)
    return recipe(
      tag,
      home,
      on,
      {
        'docker-entrypoint.sh': read('wso2am/docker-entrypoint-4.7.0.sh').replaceAll('@start@', names[0]!),
        ...programs,
        ...inHome({
          ...home4x(names, names.length > 1 ? ['key-manager'] : []),
          ...Object.fromEntries(Object.entries(scripts).map(([name, script]) => [`bin/${name}`, script])),
        }),
      },
      10_001,
    )
  }
  const {jdk, runtime} = JAVA_IMAGES
  const script = read('wso2am/wso2server.sh')
  return [
    ...javaImages(base),
    image(IMAGES_4_7['control-plane'], jdk, 'wso2am-acp-4.7.0', {
      'api-cp.sh': script,
      // A start script of its own says its profile itself.
      'key-manager.sh': script.replace(/^profile=$/m, 'profile=key-manager'),
    }),
    image(IMAGES_4_7['traffic-manager'], jdk, 'wso2am-tm-4.7.0', {'traffic-manager.sh': inJvm(script)}),
    image(IMAGES_4_7.gateway, runtime, 'wso2am-universal-gw-4.7.0', {'gateway.sh': inJvm(script)}),
  ]
}
