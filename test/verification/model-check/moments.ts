import { type DeliverySettings, deliverySettings } from '../../../lambdas/core/delivery/delivery-settings.ts';
import type { ProtocolContext } from '../../../lambdas/core/delivery/protocol.ts';

/** The real times; the counts are small, so that every threshold is crossed within the bounds of the search. */
const settings: DeliverySettings = {
  ...deliverySettings.parse({}),
  giveUpMinReceives: 2,
  absentMinReceives: 2,
};

/** Every message is sent at 0. How old it is at the gate is the environment's choice, each time anew: more than can happen. */
export const sentAt = 0;

export type Age = 'young' | 'a day' | 'older';

const now: Readonly<Record<Age, number>> = {
  young: 0,
  /** An inline body has expired, and a resource may be taken as absent. */
  'a day': settings.bodyMaxAgeSeconds * 1_000,
  /** It may be given up. */
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
