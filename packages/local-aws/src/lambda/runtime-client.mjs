// The runtime inside a worker thread: it asks the Runtime API for work and calls the handler.
// It is JavaScript, because stripping types in every new thread would add 30-50 ms to each cold start.
import { existsSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { getHeapStatistics } from 'node:v8';
import { workerData } from 'node:worker_threads';

const { output } = workerData;
const agent = new Agent({ keepAlive: true });
const api = `http://${process.env.AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime`;
let requestId;

// Output goes through a message port instead of stdout, because posting is synchronous: no line is lost
// before `process.exit`, and all lines arrive before the response.
for (const stream of [process.stdout, process.stderr]) {
  stream.write = (chunk, encoding, callback) => {
    output.postMessage({
      requestId,
      text: typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString(),
    });
    (typeof encoding === 'function' ? encoding : callback)?.();
    return true;
  };
}

function call(method, path, body = '', headers = {}) {
  return new Promise((resolve, reject) => {
    const outgoing = request(`${api}${path}`, { method, agent, headers }, (incoming) => {
      const chunks = [];
      incoming.on('data', (chunk) => chunks.push(chunk));
      incoming.on('end', () =>
        resolve({ headers: incoming.headers, body: Buffer.concat(chunks).toString() }),
      );
      incoming.on('error', reject);
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

const failure = (errorType, errorMessage) => Object.assign(new Error(errorMessage), { name: errorType });

function errorDocument(error) {
  return error instanceof Error
    ? { errorType: error.name, errorMessage: error.message, trace: (error.stack ?? '').split('\n') }
    : { errorType: typeof error, errorMessage: String(error), trace: [] };
}

function reportError(path, error) {
  const document = errorDocument(error);
  const line = { timestamp: new Date().toISOString(), level: 'ERROR', requestId, ...document };
  process.stdout.write(`${JSON.stringify(line)}\n`);
  return call('POST', path, JSON.stringify(document), {
    'lambda-runtime-function-error-type': document.errorType,
  });
}

async function loadHandler() {
  const [, file, name] = /^(.*)\.([^./]+)$/.exec(process.env._HANDLER) ?? [];
  const path = ['.mjs', '.js', '.cjs']
    .map((extension) => join(process.env.LAMBDA_TASK_ROOT, `${file}${extension}`))
    .find((candidate) => existsSync(candidate));
  if (!path) throw failure('Runtime.ImportModuleError', `Error: Cannot find module '${file}'`);
  const module = await import(pathToFileURL(path).href).catch((error) => {
    if (error instanceof SyntaxError)
      throw failure('Runtime.UserCodeSyntaxError', `SyntaxError: ${error.message}`);
    if (/MODULE_NOT_FOUND$/.test(error?.code))
      throw failure('Runtime.ImportModuleError', `Error: ${error.message}`);
    throw error;
  });
  const handler = module[name] ?? module.default?.[name];
  if (typeof handler !== 'function')
    throw failure('Runtime.HandlerNotFound', `${process.env._HANDLER} is undefined or not exported`);
  if (handler.length >= 3)
    throw failure('Runtime.CallbackHandlerDeprecated', 'nodejs24.x does not support callback-based handlers');
  return handler;
}

function contextOf(headers) {
  const deadline = Number(headers['lambda-runtime-deadline-ms']);
  return {
    awsRequestId: headers['lambda-runtime-aws-request-id'],
    invokedFunctionArn: headers['lambda-runtime-invoked-function-arn'],
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => deadline - Date.now(),
  };
}

async function serve(handler) {
  // The Runtime API closes when the environment ends. That is not an error of the function.
  const next = await call('GET', '/invocation/next').catch(() => process.exit(0));
  const { headers, body } = next;
  requestId = headers['lambda-runtime-aws-request-id'];
  process.env._X_AMZN_TRACE_ID = headers['lambda-runtime-trace-id'];
  try {
    const result = await handler(JSON.parse(body), contextOf(headers));
    output.postMessage({ heapBytes: getHeapStatistics().used_heap_size });
    await call('POST', `/invocation/${requestId}/response`, JSON.stringify(result ?? null));
  } catch (error) {
    await reportError(`/invocation/${requestId}/error`, error);
  }
}

let handler;
try {
  handler = await loadHandler();
} catch (error) {
  await reportError('/init/error', error);
  process.exit(1);
}
while (true) await serve(handler);
