/** Runs a schedule without access to time, randomness and network of the process: code that uses them is not simulated. */
export async function withoutAmbient<T>(work: () => Promise<T>): Promise<T> {
  const taken = {
    fetch: globalThis.fetch,
    setTimeout: globalThis.setTimeout,
    setInterval: globalThis.setInterval,
  };
  const { now } = Date;
  const { random } = Math;
  const forbidden = (name: string) => () => {
    throw new Error(`${name} was used inside a simulated schedule.`);
  };
  Object.assign(globalThis, {
    fetch: forbidden('fetch'),
    setTimeout: forbidden('setTimeout'),
    setInterval: forbidden('setInterval'),
  });
  Date.now = forbidden('Date.now');
  Math.random = forbidden('Math.random');
  try {
    return await work();
  } finally {
    Object.assign(globalThis, taken);
    Date.now = now;
    Math.random = random;
  }
}
