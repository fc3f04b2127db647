/** One static or dynamic import, or one re-export, of a source file. */
export interface Import {
  readonly from: string;
  readonly typeOnly: boolean;
}

const statements = [
  // import … from 'x'; export … from 'x'; also over several lines
  /^\s*(?:import|export)\s+(?<type>type\s)?(?<names>[^'"`;]*?)\s*from\s*['"](?<from>[^'"]+)['"]/gm,
  // import 'x'
  /^\s*import\s*['"](?<from>[^'"]+)['"]/gm,
  // import('x'), in code and in types
  /\bimport\(\s*['"](?<from>[^'"]+)['"]/gm,
];

/** All imports of a source text. `import { type A, type B }` counts as type-only, like `import type`. */
export function importsOf(source: string): Import[] {
  return statements.flatMap((statement) =>
    [...source.matchAll(statement)].map(({ groups = {} }) => ({
      from: groups['from'] ?? '',
      typeOnly: groups['type'] !== undefined || onlyTypes(groups['names']),
    })),
  );
}

function onlyTypes(names: string | undefined): boolean {
  const inBraces = /^\{(?<list>[^}]*)\}$/.exec(names?.trim() ?? '')?.groups?.['list'];
  const listed = (inBraces ?? '').split(',').filter((name) => name.trim() !== '');
  return listed.length > 0 && listed.every((name) => name.trim().startsWith('type '));
}

/** A row of the table "Who may import what" in docs/architecture.md: the first row whose `files` matches decides. */
interface Rule {
  readonly name: string;
  readonly files: RegExp;
  /** Modules of the project by path from its root, packages by name. */
  readonly may: readonly RegExp[];
  /** What may be imported as types only: it is gone when the code runs. */
  readonly mayAsTypes?: readonly RegExp[];
}

const node = /^node:/;
const zod = /^zod(\/|$)/;
const awsSdk = /^@aws-sdk\//;
const routes = /^lambdas\/routes\.ts$/;
const core = /^lambdas\/core\//;
const runtime = /^lambdas\/runtime\//;
const adapters = /^lambdas\/adapters\//;
const vendorTypes = [/^aws-lambda$/, /^@commercetools\/platform-sdk$/];
const settings = /^lambdas\/(.*\/)?[a-z-]*settings\.ts$/;

const deployment = {
  may: [/^lib\//, /^aws-cdk-lib(\/|$)/, /^constructs$/, zod, node, routes, settings],
  // What both sides have to agree on: environments, and names of metrics.
  mayAsTypes: [
    /^lambdas\/(.*\/)?env\.ts$/,
    /^lambdas\/core\/(runs\/connected-handler|base\/ports\/metrics)\.ts$/,
  ],
};

/** Files of the function that a file belongs to: `lambdas/control/operations/x.ts` -> everything below `lambdas/control/`. */
const ownFunction = /^<function>\//;

/** Own files of a folder: `lambdas/handlers/customer/mapper.ts` -> everything below `lambdas/handlers/customer/`. */
const ownFolder = /^<own>\//;

/** Lowest first: each subject of the core may import itself and those before it. */
const subjects = ['base', 'delivery', 'runs', 'operations'];
const coreRules = subjects.map((subject, index): Rule => {
  const below = subjects.slice(0, index + 1).map((each) => new RegExp(`^lambdas/core/${each}/`));
  return {
    name: `lambdas/core/${subject}`,
    files: new RegExp(`^lambdas/core/${subject}/`),
    may: [...below, zod, /^node:crypto$/],
    mayAsTypes: [routes],
  };
});

/** A workspace: itself and the dependencies of its own manifest, tests with vitest and what they run. */
function packageRules(folder: string, dependencies: readonly string[]): Rule[] {
  const own = [new RegExp(`^${folder}/`), node, ...dependencies.map((name) => new RegExp(`^${name}(/|$)`))];
  const tools = [/^vitest$/, awsSdk, /^aws-cdk-lib(\/|$)/, /^@commercetools\//];
  return [
    { name: folder, files: new RegExp(`^${folder}/src/`), may: own },
    {
      name: `${folder}/test`,
      files: new RegExp(`^${folder}/test/`),
      may: [...own, ...tools],
      mayAsTypes: [/^aws-lambda$/],
    },
  ];
}

export const rules: readonly Rule[] = [
  {
    // The operator's command line: it speaks to the control function, and `doctor` to both systems with the adapters.
    name: 'cli',
    files: /^(cli\/|bin\/cli\.ts$)/,
    may: [
      /^cli\//,
      /^lambdas\/control\/api\//,
      core,
      adapters,
      /^lib\/config\//,
      settings,
      awsSdk,
      zod,
      node,
      /^(commander|csv-stringify|log-update|string-width|wrap-ansi)(\/|$)/,
    ],
  },
  { name: 'bin', files: /^bin\//, may: [...deployment.may, /^cdk-nag$/], mayAsTypes: deployment.mayAsTypes },
  { name: 'lib', files: /^lib\//, ...deployment },
  { name: 'routes', files: routes, may: [] },
  ...coreRules,
  { name: 'lambdas/adapters/aws', files: /^lambdas\/adapters\/aws\//, may: [ownFolder, core, zod, awsSdk] },
  {
    name: 'lambdas/adapters/commercetools',
    files: /^lambdas\/adapters\/commercetools\//,
    may: [ownFolder, core, zod, /^@commercetools\//],
  },
  { name: 'lambdas/adapters/fluent', files: /^lambdas\/adapters\/fluent\//, may: [ownFolder, core, zod] },
  {
    // The composition root of a function: the only place where it meets its adapters and their SDKs.
    name: 'services.ts',
    files: /^lambdas\/.*\/services\.ts$/,
    may: [ownFolder, ownFunction, adapters, runtime, core, awsSdk, zod, node],
  },
  {
    name: 'lambdas/runtime',
    files: runtime,
    may: [
      runtime,
      core,
      /^@middy\//,
      /^@aws-lambda-powertools\//,
      /^@aws-sdk\/credential-provider-env$/,
      zod,
      node,
    ],
    mayAsTypes: [...vendorTypes, routes],
  },
  {
    // No Node module: what a partner copies gets time, ids and network from the runtime.
    name: 'lambdas/handlers/*',
    files: /^lambdas\/handlers\//,
    may: [ownFolder, runtime, core, zod],
    mayAsTypes: vendorTypes,
  },
  {
    name: 'lambdas/<function>',
    files: /^lambdas\//,
    may: [ownFunction, runtime, core, zod, routes, node],
    mayAsTypes: vendorTypes,
  },
  ...packageRules('packages/local-aws', ['dynalite', 'fauxqs', 'zod']),
  {
    // An example uses the package like any user: by its name.
    name: 'packages/local-aws/examples',
    files: /^packages\/local-aws\/examples\//,
    may: [ownFolder, /^@fluent-connector\/local-aws$/, node, /^vitest$/, awsSdk, /^aws-cdk-lib(\/|$)/],
    mayAsTypes: [/^aws-lambda$/],
  },
  ...packageRules('packages/twins', [
    '@commercetools/platform-sdk',
    '@labdigital/commercetools-mock',
    'fastify',
    'graphql',
    'zod',
  ]),
  // Puts product and tools together on one machine; the command line is a client of it.
  { name: 'local', files: /^local\//, may: [/^(?!cli\/|bench\/|test\/)/] },
  { name: 'bench', files: /^bench\//, may: [/^(?!cli\/|test\/)/] },
];

/** Files that may import anything, and that only tests may import. */
export const free = /^(test\/|[a-z.-]+\.ts$)/;

/** One line per import that the table does not allow. */
export function violations(file: string, source: string): string[] {
  if (free.test(file)) return [];
  const rule = rules.find(({ files }) => files.test(file));
  if (!rule) return [`${file}: no row of "Who may import what" (docs/architecture.md) covers this file`];
  return importsOf(source)
    .map((each) => ({ ...each, target: targetOf(file, each.from) }))
    .filter(({ target, typeOnly }) => !allowed(rule, { file, target, typeOnly }))
    .map(
      ({ target, typeOnly }) => `${file}: ${rule.name} may not import ${target}${typeOnly ? ' (types)' : ''}`,
    );
}

function allowed(
  rule: Rule,
  { file, target, typeOnly }: { file: string; target: string; typeOnly: boolean },
): boolean {
  const own = `${file.slice(0, file.lastIndexOf('/'))}/`;
  const relative = target.startsWith(own) ? `<own>/${target.slice(own.length)}` : target;
  const ownFunctionFolder = `${file.split('/').slice(0, 2).join('/')}/`;
  const inFunction = target.startsWith(ownFunctionFolder)
    ? `<function>/${target.slice(ownFunctionFolder.length)}`
    : target;
  const patterns = typeOnly ? [...rule.may, ...(rule.mayAsTypes ?? [])] : rule.may;
  return patterns.some((pattern) => [target, relative, inFunction].some((name) => pattern.test(name)));
}

/** Path from the project's root for a relative import, else the package as written. */
function targetOf(file: string, from: string): string {
  if (!from.startsWith('.')) return from;
  return new URL(from, `file:///${file}`).pathname.slice(1);
}
