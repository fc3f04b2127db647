/**
 * Repeats a piece of housekeeping every second unless told, or so seldom that it takes a fiftieth of the time: the machine
 * belongs to the functions. The first run comes after one pause. Stop waits for a run under way.
 */
export function repeatGently(
  what: string,
  run: () => Promise<unknown>,
  everyMs = 1_000,
): { stop: () => Promise<void> } {
  let timer: NodeJS.Timeout;
  let underWay: Promise<void> = Promise.resolve();
  let stopped = false;
  const once = async (): Promise<void> => {
    const begun = Date.now();
    await run().catch((error) => console.error(`local AWS: ${what}:`, error));
    if (!stopped) plan(Math.max(everyMs, 50 * (Date.now() - begun)));
  };
  const plan = (milliseconds: number): void => {
    timer = setTimeout(() => {
      underWay = once();
    }, milliseconds);
    timer.unref();
  };
  plan(everyMs);
  return {
    stop: () => {
      stopped = true;
      clearTimeout(timer);
      return underWay;
    },
  };
}
