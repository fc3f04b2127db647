import { MessageChannel, receiveMessageOnPort, Worker } from 'node:worker_threads';

export interface WorkerListener {
  onText(requestId: string | undefined, text: string): void;
  onHeap(bytes: number): void;
  /** Called once. `outOfMemory` when V8 ended the thread at its limit. */
  onExit(exit: { exitCode: number; outOfMemory: boolean }): void;
}

export interface RuntimeWorker {
  /** Reads everything that the thread has written so far. */
  drain(): void;
  /** Ends the thread, even in an endless loop. */
  kill(): Promise<void>;
}

interface OutputMessage {
  requestId?: string;
  text?: string;
  heapBytes?: number;
}

/** Starts a thread that runs `runtime-client.mjs` with exactly these variables and this heap limit. */
export function startWorker(
  options: { variables: Record<string, string>; memoryMb: number },
  listener: WorkerListener,
): RuntimeWorker {
  const { port1, port2 } = new MessageChannel();
  const worker = new Worker(new URL('./runtime-client.mjs', import.meta.url), {
    env: options.variables,
    argv: [],
    execArgv: [],
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: options.memoryMb },
    workerData: { output: port2 },
    transferList: [port2],
  });
  let outOfMemory = false;

  const accept = (message: OutputMessage): void => {
    if (message.text !== undefined) listener.onText(message.requestId, message.text);
    if (message.heapBytes !== undefined) listener.onHeap(message.heapBytes);
  };
  const drain = (): void => {
    for (let next = receiveMessageOnPort(port1); next; next = receiveMessageOnPort(port1))
      accept(next.message);
  };

  port1.on('message', accept);
  worker.stdout.resume();
  worker.stderr.resume();
  worker.on('error', (error: Error & { code?: string }) => {
    outOfMemory = error.code === 'ERR_WORKER_OUT_OF_MEMORY';
    drain();
    listener.onText(undefined, `${error.stack ?? String(error)}\n`);
  });
  worker.on('exit', (exitCode) => {
    drain();
    port1.close();
    listener.onExit({ exitCode, outOfMemory });
  });
  return {
    drain,
    async kill() {
      await worker.terminate();
    },
  };
}
