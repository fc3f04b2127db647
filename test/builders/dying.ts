type Call = (...values: never[]) => unknown;

/**
 * Runs something in a process that is gone at its n-th call to a port: before the call takes effect, or before its answer is
 * heard. Answers false if it ended before it came so far.
 */
export async function dieAt(
  ports: readonly object[],
  at: { readonly call: number; readonly isBefore: boolean },
  work: () => Promise<unknown>,
): Promise<boolean> {
  let calls = 0;
  const originals = ports.map((port) => ({ ...port }));
  const hasDied = await new Promise<boolean>((resolve, reject) => {
    const around =
      (call: Call): Call =>
      async (...values) => {
        const number = calls++;
        const isAlive = number < at.call || (number === at.call && !at.isBefore);
        const answer = isAlive ? await call(...values) : undefined;
        if (number < at.call) return answer;
        resolve(true);
        return new Promise(() => {});
      };
    for (const port of ports)
      for (const [name, method] of Object.entries(port))
        if (typeof method === 'function') Object.assign(port, { [name]: around(method.bind(port)) });
    work().then(() => resolve(false), reject);
  });
  ports.forEach((port, index) => {
    Object.assign(port, originals[index]);
  });
  return hasDied;
}
