import { setTimeout as sleep } from 'node:timers/promises';

const PARENT_CHECK_MS = 500;

/** Resolves at Ctrl-C, at SIGTERM, and when the npm that started this process has gone. */
export async function stopRequested(): Promise<void> {
  // Not `once`: npm forwards a Ctrl-C that the terminal has already sent, and the second one must not kill.
  const signal = new Promise<void>((resolve) => {
    for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => resolve());
  });
  await Promise.race([signal, npmGone()]);
}

/**
 * Resolves when npm has died without passing a signal on, as after SIGKILL: the process would go on unseen and keep its
 * ports. Never resolves in a process that npm did not start.
 */
export async function npmGone(): Promise<void> {
  const parent = process.ppid;
  const isUnderNpm = process.env['npm_lifecycle_event'] !== undefined;
  while (!isUnderNpm || process.ppid === parent) await sleep(PARENT_CHECK_MS, undefined, { ref: false });
}
