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

/** A row of the table "Who may import whom": the first row whose `files` matches decides. */
interface Room {
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
const vendorTypes = [/^aws-lambda$/, /^@commercetools\/platform-sdk$/];

const deployment = {
  may: [
    /^lib\//,
    /^aws-cdk-lib(\/|$)/,
    /^constructs$/,
    zod,
    node,
    routes,
    /^lambdas\/(.*\/)?[a-z-]*settings\.ts$/,
  ],
  // What both sides have to agree on: environments, and names of metrics.
  mayAsTypes: [
    /^lambdas\/(.*\/)?env\.ts$/,
    /^lambdas\/core\/(runs\/connected-handler|base\/ports\/metrics)\.ts$/,
  ],
};

const functionMay = [runtime, core, /^lambdas\/handlers\/env\.ts$/, zod];

/** Files of the function that a file belongs to: `lambdas/control/operations/x.ts` -> everything below `lambdas/control/`. */
const ownFunction = /^<function>\//;

/** Own files of a folder: `lambdas/handlers/customer/mapper.ts` -> everything below `lambdas/handlers/customer/`. */
const ownFolder = /^<own>\//;

export const rooms: readonly Room[] = [
  {
    // The operator's command line: it speaks to the control function, and `doctor` to both systems with the adapters.
    name: 'cli',
    files: /^(cli\/|bin\/cli\.ts$)/,
    may: [
      /^cli\//,
      /^lambdas\/control\/operations\.ts$/,
      core,
      /^lambdas\/adapters\//,
      ...deployment.may,
      awsSdk,
      /^commander$/,
    ],
  },
  { name: 'bin', files: /^bin\//, may: [...deployment.may, /^cdk-nag$/], mayAsTypes: deployment.mayAsTypes },
  { name: 'lib', files: /^lib\//, ...deployment },
  { name: 'routes', files: routes, may: [] },
  { name: 'lambdas/core', files: core, may: [core, zod, /^node:crypto$/], mayAsTypes: [routes] },
  { name: 'lambdas/adapters/aws', files: /^lambdas\/adapters\/aws\//, may: [ownFolder, core, zod, awsSdk] },
  {
    name: 'lambdas/adapters/commercetools',
    files: /^lambdas\/adapters\/commercetools\//,
    may: [ownFolder, core, zod, /^@commercetools\//],
  },
  { name: 'lambdas/adapters/*', files: /^lambdas\/adapters\//, may: [ownFolder, core, zod] },
  {
    // Makes the clients that it hands to the adapters, hence the SDKs.
    name: 'lambdas/runtime',
    files: runtime,
    may: [
      runtime,
      core,
      /^lambdas\/adapters\//,
      /^lambdas\/handlers\/env\.ts$/,
      /^@middy\//,
      /^@aws-lambda-powertools\//,
      zod,
      awsSdk,
      node,
    ],
    mayAsTypes: [...vendorTypes, routes],
  },
  {
    // No Node module: what a partner copies gets time, ids and network from the runtime.
    name: 'lambdas/handlers/*',
    files: /^lambdas\/handlers\//,
    may: [ownFolder, ...functionMay],
    mayAsTypes: vendorTypes,
  },
  {
    name: 'lambdas/<function>',
    files: /^lambdas\//,
    may: [ownFunction, ...functionMay, routes, node],
    mayAsTypes: vendorTypes,
  },
  { name: 'examples', files: /^examples\//, may: [ownFolder, runtime, core, zod], mayAsTypes: vendorTypes },
];

/** Rooms that may import anything, and that nothing else may import. */
export const free = /^(local|test|console|bench|[a-z.-]+\.ts$)/;

/** One line per import that the table does not allow. */
export function violations(file: string, source: string): string[] {
  if (free.test(file)) return [];
  const room = rooms.find(({ files }) => files.test(file));
  if (!room) return [`${file}: stands in no room of docs/architecture.md`];
  return importsOf(source)
    .map((each) => ({ ...each, target: targetOf(file, each.from) }))
    .filter(({ target, typeOnly }) => !allowed(room, { file, target, typeOnly }))
    .map(
      ({ target, typeOnly }) => `${file}: ${room.name} may not import ${target}${typeOnly ? ' (types)' : ''}`,
    );
}

function allowed(
  room: Room,
  { file, target, typeOnly }: { file: string; target: string; typeOnly: boolean },
): boolean {
  const own = `${file.slice(0, file.lastIndexOf('/'))}/`;
  const relative = target.startsWith(own) ? `<own>/${target.slice(own.length)}` : target;
  const ownFunctionFolder = `${file.split('/').slice(0, 2).join('/')}/`;
  const inFunction = target.startsWith(ownFunctionFolder)
    ? `<function>/${target.slice(ownFunctionFolder.length)}`
    : target;
  const patterns = typeOnly ? [...room.may, ...(room.mayAsTypes ?? [])] : room.may;
  return patterns.some((pattern) => [target, relative, inFunction].some((name) => pattern.test(name)));
}

/** Path from the project's root for a relative import, else the package as written. */
function targetOf(file: string, from: string): string {
  if (!from.startsWith('.')) return from;
  return new URL(from, `file:///${file}`).pathname.slice(1);
}
