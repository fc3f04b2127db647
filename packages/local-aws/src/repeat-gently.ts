/**
 * Repeats a task every second by default. A slow task runs less often, so that it uses at most 2 % of the
 * time and leaves the machine to the functions. The first run comes after one pause. `stop` waits for a task
 * that is running.
 */
export function repeatGently(
  what: string,
  run: () => Promise<unknown>,
  everyMs = 1_000,
): { stop: () => Promise<void> } {
  let timer: NodeJS.Timeout;
  let running: Promise<void> = Promise.resolve();
  let stopped = false;
  const once = async (): Promise<void> => {
    const startedAt = Date.now();
    await run().catch((error) => console.error(`local AWS: ${what}:`, error));
    if (!stopped) plan(Math.max(everyMs, 50 * (Date.now() - startedAt)));
  };
  const plan = (milliseconds: number): void => {
    timer = setTimeout(() => {
      running = once();
    }, milliseconds);
    timer.unref();
  };
  plan(everyMs);
  return {
    stop: () => {
      stopped = true;
      clearTimeout(timer);
      return running;
    },
  };
}
