import { type DeliverySettings, deliverySettings } from '../../../lambdas/core/delivery/delivery-settings.ts';
import type { ProtocolContext } from '../../../lambdas/core/delivery/protocol.ts';

/** The real durations, but small counts, so that the search crosses every threshold. */
const settings: DeliverySettings = {
  ...deliverySettings.parse({}),
  giveUpMinReceives: 2,
  absentMinReceives: 2,
};

/** Every message is sent at 0. The environment chooses its age at the gate anew each time, which covers more than can happen. */
export const sentAt = 0;

export type Age = 'young' | 'a day' | 'older';

const now: Readonly<Record<Age, number>> = {
  young: 0,
  /** An inline body has expired, and a resource may count as absent. */
  'a day': settings.bodyMaxAgeSeconds * 1_000,
  /** The message may be given up. */
  older: settings.giveUpSeconds * 1_000 + 1,
};

const ages: readonly Age[] = ['young', 'a day', 'older'];
const contexts = [0, 1, 2].map((mapperVersion) =>
  Object.fromEntries(ages.map((age) => [age, { settings, mapperVersion, now: now[age] }])),
);

export function contextAt(age: Age, mapperVersion: number): ProtocolContext {
  const context = contexts[mapperVersion]?.[age];
  if (!context) throw new RangeError(`no mapper version ${mapperVersion}`);
  return context;
}
