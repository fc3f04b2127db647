#!/usr/bin/env node
import { parseArgs } from 'node:util';
import { type RunningAssembly, type RunOptions, runAssembly } from './run-assembly.ts';

const usage =
  'Usage: local-aws <cdk.out> [--stack <name>] [--port <port>] [--region <region>] [--logs <folder>]';

/** The options of the command line. Throws with a reason when they cannot be read. */
function readOptions(): RunOptions {
  const text = { type: 'string' } as const;
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { stack: text, port: text, region: text, logs: text },
  });
  const [assembly, ...others] = positionals;
  if (assembly === undefined || others.length > 0) throw new Error('Name exactly one cloud assembly.');
  const port = values.port === undefined ? 4566 : Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new Error(`--port ${values.port} is not a port number.`);
  return {
    assembly,
    port,
    ...(values.stack !== undefined && { stackName: values.stack }),
    ...(values.region !== undefined && { region: values.region }),
    ...(values.logs !== undefined && { logFolder: values.logs }),
  };
}

function describeRun({ aws, stack }: RunningAssembly): string {
  const { url, region } = aws.gateway;
  return [
    `Deployed ${stack.resources.size} resources on ${url}.`,
    ...Object.entries(stack.outputs).map(([name, value]) => `  ${name} = ${value}`),
    'Call them with the AWS command line or any SDK:',
    `  export AWS_ENDPOINT_URL=${url} AWS_REGION=${region} AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local`,
    'Stop with Ctrl+C.',
  ].join('\n');
}

async function stopRun({ aws, stop }: RunningAssembly): Promise<void> {
  for (const { role, action, resource, calls } of aws.gateway.policyReport().denied)
    console.log(`Denied ${calls} times: ${action} on ${resource} for ${role}.`);
  await stop();
}

let options: RunOptions;
try {
  options = readOptions();
} catch (error) {
  console.error(`${error instanceof Error ? error.message : error}\n${usage}`);
  process.exit(2);
}
try {
  const run = await runAssembly(options);
  console.log(describeRun(run));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void stopRun(run));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
