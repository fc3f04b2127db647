import type { Arns } from '../arns.ts';
import { AwsError, type JsonObject } from '../contract.ts';
import type { Metrics } from '../metric-store.ts';
import { type AlarmDefinition, type AlarmState, readAlarm } from './alarm.ts';
import { type CompositeRule, readCompositeRule } from './composite-rule.ts';
import { evaluateAlarm } from './evaluate-alarm.ts';

export interface Alarm {
  readonly name: string;
  readonly arn: string;
  /** The input of PutMetricAlarm or PutCompositeAlarm. */
  readonly input: JsonObject;
  readonly metric?: AlarmDefinition;
  readonly composite?: CompositeRule;
  state: { value: AlarmState; reason: string; at: number };
}

/** Called for every change of a state. */
export type StateListener = (alarm: Alarm, previous: Alarm['state']) => void;

/** The alarms of the account and their states. Alarm actions have no effect. */
export class Alarms {
  readonly #alarms = new Map<string, Alarm>();
  readonly #arns: Arns;
  readonly #metrics: Metrics;
  readonly #changed: StateListener;

  constructor(arns: Arns, metrics: Metrics, changed: StateListener) {
    this.#arns = arns;
    this.#metrics = metrics;
    this.#changed = changed;
  }

  put(name: string, input: JsonObject): void {
    const rule = input['AlarmRule'];
    const defined =
      typeof rule === 'string' ? { composite: readCompositeRule(rule) } : { metric: readAlarm(input) };
    const unchecked = {
      value: 'INSUFFICIENT_DATA' as const,
      reason: 'Unchecked: Initial alarm creation',
      at: Date.now(),
    };
    const state = this.#alarms.get(name)?.state ?? unchecked;
    this.#alarms.set(name, { name, arn: this.#arns.alarm(name), input, state, ...defined });
  }

  remove(name: string): void {
    this.#alarms.delete(name);
  }

  /** Throws ResourceNotFound. */
  get(name: string): Alarm {
    const alarm = this.#alarms.get(name);
    if (!alarm) throw new AwsError('ResourceNotFound', `Alarm ${name} does not exist.`, { status: 404 });
    return alarm;
  }

  list(): Alarm[] {
    return [...this.#alarms.values()];
  }

  set(alarm: Alarm, value: AlarmState, reason: string, at: number): void {
    const previous = alarm.state;
    if (previous.value === value) return;
    alarm.state = { value, reason, at };
    this.#changed(alarm, previous);
  }

  /**
   * Evaluates every alarm at this time (epoch milliseconds), and then composite alarms with the new states.
   */
  evaluate(now: number, scale: number): void {
    for (const alarm of this.#alarms.values()) {
      const result = alarm.metric && evaluateAlarm(alarm.metric, this.#metrics, { now, scale });
      if (result) this.set(alarm, result.state, result.reason, now);
    }
    for (const alarm of this.#alarms.values()) {
      if (!alarm.composite) continue;
      const isOn = alarm.composite((name) => this.#alarms.get(name)?.state.value);
      this.set(alarm, isOn ? 'ALARM' : 'OK', `AlarmRule is ${isOn}`, now);
    }
  }
}
