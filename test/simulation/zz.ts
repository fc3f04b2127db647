import { runSchedule } from './world/schedule.ts';
for (const [name, infrastructure, rec] of [['late-miss', { lateMisses: true }, false], ['late-miss+reconcile', { lateMisses: true }, true], ['beyond', { lateBeyondDelta: true }, false]] as const) {
  let bad: string[] = [];
  for (let seed = 1; seed <= 1500; seed++) {
    const r = await runSchedule({ seed, workload: 'mixed', infrastructure, plan: (p) => ({ ...p, hasReconcile: rec }) });
    if (r.violations[0]) bad.push(`${seed} ${r.violations[0].message.slice(0, 150)}`);
  }
  console.log(name, bad.length, bad.slice(0, 4));
}
