import { ok, type Probe, problem, unknown } from './check.ts';
import type { Http } from './http.ts';

/** Beyond this, windows of runs begin or end at the wrong moment; AWS refuses signatures from five minutes on. */
const MOST_SKEW_MS = 30_000;

export function clockProbe({ clocks }: Http): Probe {
  return {
    check: 'clock of this machine',
    async look() {
      const [worst] = clocks.toSorted((a, b) => Math.abs(b.skewMs) - Math.abs(a.skewMs));
      if (!worst) return unknown('no server named its time');
      const seconds = Math.round(Math.abs(worst.skewMs) / 1_000);
      if (Math.abs(worst.skewMs) <= MOST_SKEW_MS)
        return ok(`within ${Math.max(seconds, 1)} s of ${worst.system}`);
      return problem(
        `${seconds} s ${worst.skewMs > 0 ? 'behind' : 'ahead of'} ${worst.system}`,
        'Set the clock (switch on network time): times such as --from and the windows of local runs are taken from it.',
      );
    },
  };
}
