import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { importsOf, rules, violations } from './imports.ts';

const projectRoot = join(import.meta.dirname, '../..');
const folders = ['bin', 'cli', 'lib', 'lambdas', 'packages', 'local', 'bench'];
const files = globSync(`{${folders.join(',')}}/**/*.ts`, {
  cwd: projectRoot,
  exclude: (path) => path.split(/[\\/]/).includes('node_modules'),
}).map((file) => file.replaceAll('\\', '/'));

describe('who may import whom', () => {
  it('covers every folder that exists, and none that does not', () => {
    const found = new Set(files.map((file) => file.split('/')[0]));
    expect([...found].sort()).toEqual([...folders].sort());
    const unused = rules.filter(({ files: covered }) => !files.some((file) => covered.test(file)));
    expect(unused.map(({ name }) => name)).toEqual([]);
  });

  it('holds for every source file', () => {
    expect(files.length).toBeGreaterThan(400);
    expect(files.flatMap((file) => violations(file, readFileSync(join(projectRoot, file), 'utf8')))).toEqual(
      [],
    );
  });

  const forbidden: [string, string, string][] = [
    [
      'core reaches for an adapter',
      'lambdas/core/delivery/protocol.ts',
      "import { x } from '../../adapters/aws/x.ts';",
    ],
    [
      'core reaches for an SDK',
      'lambdas/core/delivery/protocol.ts',
      "import { SQSClient } from '@aws-sdk/client-sqs';",
    ],
    [
      'core reaches for an SDK in passing',
      'lambdas/core/delivery/protocol.ts',
      "const sdk = await import('@aws-sdk/client-sqs');",
    ],
    ['an adapter uses another', 'lambdas/adapters/fluent/x.ts', "import { x } from '../commercetools/x.ts';"],
    [
      'an adapter uses another one’s SDK',
      'lambdas/adapters/fluent/x.ts',
      "import { x } from '@commercetools/platform-sdk';",
    ],
    ['a handler uses another', 'lambdas/handlers/customer/x.ts', "import { x } from '../product/x.ts';"],
    [
      'a handler uses a function',
      'lambdas/handlers/customer/x.ts',
      "import { x } from '../../router/route.ts';",
    ],
    [
      'a handler goes round the runtime',
      'lambdas/handlers/customer/x.ts',
      "import { x } from '../../adapters/fluent/x.ts';",
    ],
    [
      'a handler takes more than vendor types',
      'lambdas/handlers/customer/x.ts',
      "import { x } from '@commercetools/platform-sdk';",
    ],
    [
      'a handler waits by itself',
      'lambdas/handlers/customer/x.ts',
      "import { setTimeout } from 'node:timers/promises';",
    ],
    [
      'the runtime knows a handler',
      'lambdas/runtime/x.ts',
      "import { x } from '../handlers/customer/mapper.ts';",
    ],
    ['lib takes the code of a function', 'lib/x.ts', "import { x } from '../lambdas/router/route.ts';"],
    [
      'lib takes an environment as a value',
      'lib/x.ts',
      "import { routerEnv } from '../lambdas/router/env.ts';",
    ],
    ['a function uses another', 'lambdas/control/operations/x.ts', "import { x } from '../../router/x.ts';"],
    [
      'a function depends on the deployment',
      'lambdas/router/x.ts',
      "import { x } from '../../lib/config/timing.ts';",
    ],
    [
      'product code depends on the local environment',
      'lambdas/router/x.ts',
      "import { x } from '@fluent-connector/local-aws';",
    ],
    ['product code depends on a test', 'lib/x.ts', "export * from '../test/infra/synth.ts';"],
    ['the route table imports', 'lambdas/routes.ts', "import * as z from 'zod/mini';"],
    [
      'a lower subject of the core reaches up',
      'lambdas/core/delivery/x.ts',
      "import type { Run } from '../runs/run.ts';",
    ],
    [
      'a package knows the product',
      'packages/twins/src/x.ts',
      "import { x } from '../../../lambdas/core/x.ts';",
    ],
    [
      'a package knows another',
      'packages/twins/src/x.ts',
      "import { x } from '@fluent-connector/local-aws';",
    ],
    [
      'an example reaches inside its package',
      'packages/local-aws/examples/x.ts',
      "import { x } from '../src/contract.ts';",
    ],
    ['the local environment runs the command line', 'local/x.ts', "import { x } from '../cli/program.ts';"],
    [
      'the runtime meets an adapter outside services.ts',
      'lambdas/runtime/resource/x.ts',
      "import { x } from '../../adapters/aws/x.ts';",
    ],
    [
      'a function meets an adapter outside services.ts',
      'lambdas/router/x.ts',
      "import { x } from '../adapters/aws/x.ts';",
    ],
    ['the command line imports a function', 'cli/x.ts', "import { x } from '../lambdas/control/answer.ts';"],
    ['product code imports a fake', 'lambdas/router/x.ts', "import { x } from '../../test/fakes/x.ts';"],
    ['a side effect counts', 'lambdas/core/base/x.ts', "import 'aws-cdk-lib';"],
    [
      'an import over several lines counts',
      'lambdas/core/base/x.ts',
      "import {\n  a,\n  type B,\n} from '../../runtime/x.ts';",
    ],
  ];

  it.each(forbidden)('reports: %s', (_, file, source) => {
    expect(violations(file, source)).toHaveLength(1);
  });

  const allowed: [string, string, string][] = [
    ['lib takes the route table', 'lib/x.ts', "import { routes } from '../lambdas/routes.ts';"],
    [
      'lib takes the settings of a handler',
      'lib/x.ts',
      "import { s } from '../lambdas/handlers/customer/settings.ts';",
    ],
    [
      'lib takes the type of an environment',
      'lib/x.ts',
      "import type { RouterEnv } from '../lambdas/router/env.ts';",
    ],
    ['lib takes it among types', 'lib/x.ts', "import { type A, type B } from '../lambdas/router/env.ts';"],
    [
      'a handler takes vendor types',
      'lambdas/handlers/customer/x.ts',
      "import type { Customer } from '@commercetools/platform-sdk';",
    ],
    ['a handler takes its own files', 'lambdas/handlers/customer/x.ts', "import { map } from './mapper.ts';"],
    [
      'a function takes its own files from a folder below',
      'lambdas/control/operations/x.ts',
      "import { x } from '../ports.ts';",
    ],
    [
      'a function meets its adapters in services.ts',
      'lambdas/router/services.ts',
      "import { x } from '../adapters/aws/x.ts';",
    ],
    [
      'a higher subject of the core takes a lower one',
      'lambdas/core/runs/x.ts',
      "import { x } from '../delivery/x.ts';",
    ],
    ['tests take anything', 'test/x.test.ts', "import { x } from '../lambdas/router/route.ts';"],
  ];

  it.each(allowed)('allows: %s', (_, file, source) => {
    expect(violations(file, source)).toEqual([]);
  });

  it('reports a file that no rule covers', () => {
    expect(violations('src/x.ts', '')).toHaveLength(1);
  });
});

describe('the scanner', () => {
  it('distinguishes values from types', () => {
    const source = [
      "import { a } from 'value';",
      "import type { A } from 'type';",
      "import { type B } from 'types-only';",
      "import { b, type C } from 'mixed';",
      "export type { D } from 'exported-type';",
      "export * from 'exported';",
      "import * as all from 'all';",
      "type Late = import('late').Late;",
    ].join('\n');
    expect(importsOf(source).map(({ from, typeOnly }) => `${from}${typeOnly ? ' as types' : ''}`)).toEqual([
      'value',
      'type as types',
      'types-only as types',
      'mixed',
      'exported-type as types',
      'exported',
      'all',
      'late',
    ]);
  });

  it('does not take an import out of a comment or a text for one', () => {
    expect(importsOf("// import { a } from 'a';\nconst text = \"import { b } from 'b'\";")).toEqual([]);
  });
});
