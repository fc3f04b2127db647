import {
  type CommercetoolsConnection,
  commercetoolsConnection,
  type FluentConnection,
  fluentConnection,
} from '../base/connection.ts';

/** Names every variable of an env file that is missing, unknown or wrong; never a value. */
export class EnvFileError extends Error {
  override readonly name = 'EnvFileError';
}

interface Violation {
  readonly path: string;
  readonly message: string;
}

/** The real systems of an env file; .env.example lists the variables. */
export interface Systems {
  readonly commercetools?: {
    readonly projectKey: string;
    readonly connection: CommercetoolsConnection;
    /** The API client that a deployment manages the subscription with. Only `doctor` uses it. */
    readonly subscription?: CommercetoolsConnection;
  };
  readonly fluent?: { readonly retailerId: string; readonly connection: FluentConnection };
}

const groups = {
  COMMERCETOOLS: {
    needed: ['PROJECT_KEY', 'API_URL', 'AUTH_URL', 'CLIENT_ID', 'CLIENT_SECRET'],
    optional: ['SUBSCRIPTION_CLIENT_ID', 'SUBSCRIPTION_CLIENT_SECRET'],
  },
  FLUENT: {
    needed: ['ROOT_URL', 'ACCOUNT_ID', 'CLIENT_ID', 'CLIENT_SECRET', 'USERNAME', 'PASSWORD', 'RETAILER_ID'],
    optional: [],
  },
} as const;
type Group = keyof typeof groups;

/** Every variable, for .env.example. */
export const variables: readonly string[] = (Object.keys(groups) as Group[]).flatMap((group) =>
  [...groups[group].needed, ...groups[group].optional].map((name) => `${group}_${name}`),
);

/** The result of `parseEnv` of node:util. */
export type EnvFile = Readonly<Record<string, string | undefined>>;

/** Each group of variables must be complete or absent. Throws EnvFileError. `name`: of the file. */
export function readSystems(content: EnvFile, name: string): Systems {
  const given = new Map(
    Object.entries(content).filter((entry): entry is [string, string] => !!entry[1]?.trim()),
  );
  const problems = unknownVariables(given);
  const isWhole = (group: Group) => {
    if (!isBegun(given, group)) return false;
    const gaps = missing(given, group);
    problems.push(...gaps);
    return gaps.length === 0;
  };
  const value = (variable: string) => given.get(variable)?.trim() ?? '';
  const systems: Systems = {
    ...(isWhole('COMMERCETOOLS') && { commercetools: commercetoolsOf(value, problems) }),
    ...(isWhole('FLUENT') && { fluent: fluentOf(value, problems) }),
  };
  if (problems.length > 0) {
    const lines = problems.map(({ path, message }) => `  ${path}: ${message}`);
    throw new EnvFileError(`${name} cannot be used:\n${lines.join('\n')}`);
  }
  if (systems.commercetools || systems.fluent) return systems;
  throw new EnvFileError(
    `${name} names no system: fill in COMMERCETOOLS_... or FLUENT_... (see .env.example).`,
  );
}

function isBegun(given: ReadonlyMap<string, unknown>, group: Group): boolean {
  return [...given.keys()].some((name) => name.startsWith(`${group}_`));
}

function unknownVariables(given: ReadonlyMap<string, unknown>): Violation[] {
  return [...given.keys()]
    .filter((name) => /^(COMMERCETOOLS|FLUENT)_/.test(name) && !variables.includes(name))
    .map((path) => ({ path, message: 'unknown variable; .env.example lists those that exist' }));
}

function missing(given: ReadonlyMap<string, unknown>, group: Group): Violation[] {
  return groups[group].needed
    .filter((name) => !given.has(`${group}_${name}`))
    .map((name) => ({ path: `${group}_${name}`, message: 'is missing' }));
}

type Value = (name: string) => string;

function commercetoolsOf(value: Value, problems: Violation[]): NonNullable<Systems['commercetools']> {
  const client = (prefix: string) => ({
    apiUrl: address(value('COMMERCETOOLS_API_URL')),
    authUrl: address(value('COMMERCETOOLS_AUTH_URL')),
    clientId: value(`COMMERCETOOLS_${prefix}CLIENT_ID`),
    clientSecret: value(`COMMERCETOOLS_${prefix}CLIENT_SECRET`),
  });
  const connection = client('');
  const read = commercetoolsConnection.safeParse(connection);
  const fields = { apiUrl: 'COMMERCETOOLS_API_URL', authUrl: 'COMMERCETOOLS_AUTH_URL' };
  problems.push(...wrongAddresses(read.error?.issues, fields));
  const key = value('COMMERCETOOLS_PROJECT_KEY');
  if (!/^[a-z0-9_-]{2,36}$/.test(key)) {
    problems.push({ path: 'COMMERCETOOLS_PROJECT_KEY', message: 'is not a project key' });
  }
  const second = client('SUBSCRIPTION_');
  if ((second.clientId === '') !== (second.clientSecret === '')) {
    const path = `COMMERCETOOLS_SUBSCRIPTION_CLIENT_${second.clientId === '' ? 'ID' : 'SECRET'}`;
    problems.push({ path, message: 'is missing' });
  }
  return { projectKey: key, connection, ...(second.clientId !== '' && { subscription: second }) };
}

function fluentOf(value: Value, problems: Violation[]): NonNullable<Systems['fluent']> {
  const connection = {
    rootUrl: address(value('FLUENT_ROOT_URL')),
    accountId: value('FLUENT_ACCOUNT_ID'),
    clientId: value('FLUENT_CLIENT_ID'),
    clientSecret: value('FLUENT_CLIENT_SECRET'),
    username: value('FLUENT_USERNAME'),
    password: value('FLUENT_PASSWORD'),
  };
  const read = fluentConnection.safeParse(connection);
  problems.push(...wrongAddresses(read.error?.issues, { rootUrl: 'FLUENT_ROOT_URL' }));
  return { retailerId: value('FLUENT_RETAILER_ID'), connection };
}

/** Paths are appended, so it must not end with a slash. */
function address(text: string): string {
  return text.replace(/\/+$/, '');
}

/** Any text is valid in the other fields. */
function wrongAddresses(
  issues: readonly { readonly path: readonly PropertyKey[] }[] | undefined,
  fields: Readonly<Record<string, string>>,
): Violation[] {
  return [...new Set((issues ?? []).map(({ path }) => fields[String(path[0])]))]
    .filter((name) => name !== undefined)
    .map((path) => ({ path, message: 'must be an https address (http on 127.0.0.1 only)' }));
}
