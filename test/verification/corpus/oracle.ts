import type {
  CreateCustomerInput,
  UpdateCustomerInput,
} from '../../../lambdas/core/delivery/ports/fluent-writer.ts';
import type { createObserver } from '../../builders/observer.ts';
import { canary } from './input.ts';

/** Longest texts that Fluent accepts, in UTF-16 units: docs/mapping/customer.md. */
const longest: Readonly<Record<string, number>> = {
  username: 250,
  primaryEmail: 250,
  firstName: 50,
  lastName: 50,
  title: 50,
  primaryPhone: 20,
  country: 100,
  timezone: 32,
  department: 255,
};
const longestText = 255;
const longestList = 100;
const others = new Set(['promotionOptIn', 'retailer', 'attributes']);
const required = {
  create: ['username', 'primaryEmail', 'promotionOptIn', 'retailer', 'attributes', 'firstName', 'timezone'],
  update: ['username', 'primaryEmail', 'attributes'],
};

/** Violations in a request to Fluent, for any customer. */
export function requestFaults(
  call: 'create' | 'update',
  input: CreateCustomerInput | UpdateCustomerInput,
): string[] {
  const fields = Object.entries(input);
  return [
    ...required[call].filter((name) => !Object.hasOwn(input, name)).map((name) => `${call}: no ${name}`),
    ...fields.flatMap(([name, value]) => fieldFaults(name, value).map((fault) => `${call}: ${fault}`)),
  ];
}

function fieldFaults(name: string, value: unknown): string[] {
  const max = longest[name];
  if (max !== undefined) {
    if (typeof value !== 'string') return [`${name} is ${typeof value}`];
    if (value.trim() === '') return [`${name} is empty`];
    return value.length > max ? [`${name} has ${value.length} units`] : [];
  }
  if (!others.has(name)) return [`${name} is no field of Fluent`];
  if (name === 'promotionOptIn') return typeof value === 'boolean' ? [] : ['promotionOptIn is not a boolean'];
  if (name === 'retailer') return isRetailer(value) ? [] : ['retailer has no number'];
  return Array.isArray(value) ? value.flatMap(attributeFaults) : ['attributes are no list'];
}

function isRetailer(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'id' in value && /^\d+$/.test(String(value.id));
}

function attributeFaults({ name, type, value }: { name: string; type: string; value: unknown }): string[] {
  if (typeof name !== 'string' || name.length > 64) return ['an attribute has no proper name'];
  if (type === 'STRING' && (typeof value !== 'string' || value.length > longestText))
    return [`${name} is not a text of ${longestText}`];
  if (type === 'BOOLEAN' && typeof value !== 'boolean') return [`${name} is not a boolean`];
  if (type === 'INTEGER' && !Number.isInteger(value)) return [`${name} is not an integer`];
  if (type === 'JSON') return listFaults(name, value);
  return ['STRING', 'BOOLEAN', 'INTEGER'].includes(type) ? [] : [`${name} has no type`];
}

function listFaults(name: string, value: unknown): string[] {
  if (value === undefined || value === null || typeof value === 'function') return [`${name} has no value`];
  if (!Array.isArray(value)) return [];
  if (value.length > longestList) return [`${name} has ${value.length} entries`];
  const isTooLong = value.some((entry) => typeof entry === 'string' && entry.length > longestText);
  return isTooLong ? [`${name} has an entry over ${longestText} units`] : [];
}

/** Ids, codes, places and times; never a blank, quote, bracket, control or non-ASCII character. */
const harmless = /^[\w.:$/+-]{1,256}$/;

type Observer = ReturnType<typeof createObserver>;

/** Texts that must not appear in a log line, a dead letter or an event: everything except ids, codes and times, and every canary. */
export function leaks(observer: Observer, kept: readonly unknown[]): string[] {
  const { outcomes, retries, warnings, errors } = observer;
  const seen: string[] = [];
  gather([outcomes, retries, warnings, errors, kept], seen);
  return seen
    .filter((text) => !harmless.test(text) || text.includes(canary))
    .map((text) => `leaked: ${text}`);
}

function gather(value: unknown, into: string[]): void {
  if (typeof value === 'string') into.push(value);
  else if (typeof value === 'object' && value !== null) {
    for (const [key, inner] of Object.entries(value)) {
      if (Array.isArray(value) === false) into.push(key);
      gather(inner, into);
    }
  }
}

/** Bugs found by the runtime: unexpected exceptions. */
export function bugs({ errors }: Observer): string[] {
  return errors.map(({ code, errorName }) => `bug: ${code} ${errorName}`);
}

const prototypes = [Object, Array, Function, String, Number, Boolean].map(({ prototype }) => prototype);
const shapeOf = () => prototypes.map((one) => Reflect.ownKeys(one).length).join();
const shapeAtStart = shapeOf();

/** Whether anything changed the prototypes that all objects share. Restores them, so that only one input is reported. */
export function pollution(): string[] {
  if (shapeOf() === shapeAtStart) return [];
  const added = Object.keys(Object.prototype);
  for (const name of added) Reflect.deleteProperty(Object.prototype, name);
  return [`prototype: ${added.join() || 'changed'}`];
}
