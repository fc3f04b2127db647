import { ok, type Probe, problem, unknown } from './probe.ts';
import type { ProbeHttp } from './probe-http.ts';

/** A larger skew makes windows of runs start or end at the wrong time. AWS refuses signatures from 5 minutes on. */
const MAX_SKEW_MS = 30_000;

export function clockProbe({ clocks }: ProbeHttp): Probe {
  return {
    check: 'clock of this machine',
    async run() {
      const [worst] = clocks.toSorted((a, b) => Math.abs(b.skewMs) - Math.abs(a.skewMs));
      if (!worst) return unknown('no server sent its time');
      const seconds = Math.round(Math.abs(worst.skewMs) / 1_000);
      if (Math.abs(worst.skewMs) <= MAX_SKEW_MS)
        return ok(`within ${Math.max(seconds, 1)} s of ${worst.system}`);
      return problem(
        `${seconds} s ${worst.skewMs > 0 ? 'behind' : 'ahead of'} ${worst.system}`,
        'Correct the clock, for example with network time: --from and the windows of local runs use it.',
      );
    },
  };
}
