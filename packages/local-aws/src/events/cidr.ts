import { BlockList, isIP } from 'node:net';
import type { Json } from '../contract.ts';
import { invalidPattern } from './invalid-pattern.ts';

/** Matches addresses of an IPv4 or IPv6 block. The mask is required. */
export function cidr(operand: Json): (value: Json) => boolean {
  const [address = '', mask = '', ...rest] = typeof operand === 'string' ? operand.split('/') : [];
  const version = isIP(address);
  const bits = Number(mask);
  const valid =
    version !== 0 && /^\d{1,3}$/.test(mask) && bits <= (version === 4 ? 32 : 128) && rest.length === 0;
  if (!valid) throw invalidPattern(`malformed CIDR ${JSON.stringify(operand)}`);
  const block = new BlockList();
  block.addSubnet(address, bits, version === 4 ? 'ipv4' : 'ipv6');
  return (value) =>
    typeof value === 'string' &&
    isIP(value) === version &&
    block.check(value, version === 4 ? 'ipv4' : 'ipv6');
}
