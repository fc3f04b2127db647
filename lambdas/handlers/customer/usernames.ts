import type { CustomerSettings } from './settings.ts';

/** Is the username made of the e-mail, which can change and can be reused by another customer? */
export function isByEmail({ usernameStrategy }: CustomerSettings): boolean {
  return usernameStrategy === 'email' || usernameStrategy === 'retailerId_email';
}

/** All usernames that the id of a customer can give, whatever its stores or country are or were. None for e-mail strategies. */
export function usernamesOfId(id: string, settings: CustomerSettings): string[] {
  if (settings.usernameStrategy === 'customerId') return [id];
  if (settings.usernameStrategy !== 'retailerId_customerId') return [];
  const { retailerId, retailerByStore, retailerByCountry } = settings;
  const retailers = new Set([
    retailerId,
    ...Object.values(retailerByStore),
    ...Object.values(retailerByCountry),
  ]);
  return [...retailers].map((retailer) => `${retailer}_${id}`);
}

/** Does the customer id alone determine the username, now and later? */
export function isRecomputable(id: string, settings: CustomerSettings): boolean {
  return usernamesOfId(id, settings).length === 1;
}
