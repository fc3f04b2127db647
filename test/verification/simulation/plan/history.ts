import type { Random } from '@fluent-connector/twins/random';
import type { Change } from './change.ts';
import { type Content, emailOf } from './content.ts';

export const MINUTE = 60_000;

export interface Draft {
  readonly customers: number;
  readonly changes: Change[];
}

export interface Mix {
  readonly customers: number;
  readonly changes: number;
  readonly reverts: number;
  readonly deletes: number;
  readonly emails: number;
  readonly broken?: number;
  readonly operations?: number;
}

interface Life {
  readonly past: Content[];
  mail: number;
  isDeleted: boolean;
}

/** Updates, reverts to earlier content, deletes and erasures of a few customers over a period. */
export function history(random: Random, mix: Mix): Draft {
  const span = random.pick([5_000, MINUTE, 10 * MINUTE, 120 * MINUTE, 30 * 60 * MINUTE]);
  const lives: Life[] = [];
  const changes: Change[] = [];
  const freed: string[] = [];
  for (let customer = 0; customer < mix.customers; customer++) {
    const email = freed.length > 0 && random.chance(0.5) ? random.pick(freed) : emailOf(customer, 0);
    const content = { variant: random.integer(0, 7), email };
    lives.push({ past: [content], mail: 0, isDeleted: false });
    changes.push({ kind: 'create', customer, at: random.integer(0, span / 4), gap: 0, content });
  }
  const times = Array.from({ length: mix.changes }, () => random.integer(span / 4, span)).sort(
    (a, b) => a - b,
  );
  for (const at of times) {
    const customer = random.integer(0, mix.customers - 1);
    const life = lives[customer] as Life;
    if (life.isDeleted) {
      if (random.chance(0.3)) changes.push({ kind: 'erase-deleted', customer, at });
      continue;
    }
    if (random.chance(mix.operations ?? 0)) {
      changes.push({ kind: 'manual-sync', customer, at });
      continue;
    }
    if (random.chance(mix.deletes)) {
      life.isDeleted = true;
      changes.push({
        kind: 'delete',
        customer,
        at,
        erase: random.chance(0.5),
        keepsVersion: random.chance(0.6),
      });
      continue;
    }
    const content = nextContent(customer, life, random, mix);
    life.past.push(content);
    changes.push({
      kind: 'update',
      customer,
      at,
      gap: random.chance(0.3) ? random.integer(1, 3) : 0,
      content,
    });
  }
  return { customers: mix.customers, changes };
}

function nextContent(customer: number, life: Life, random: Random, mix: Mix): Content {
  if (random.chance(mix.reverts)) return random.pick(life.past);
  const latest = life.past.at(-1) as Content;
  if (random.chance(mix.emails)) return { variant: latest.variant, email: emailOf(customer, ++life.mail) };
  const broken = random.chance(mix.broken ?? 0)
    ? random.pick(['no-email', 'wrong-type'] as const)
    : undefined;
  return { variant: random.integer(0, 7), email: latest.email, broken };
}

export function create(customer: number, at: number, random: Random, isVaried: boolean): Change {
  return {
    kind: 'create',
    customer,
    at,
    gap: 0,
    content: { variant: isVaried ? random.integer(0, 7) : 0, email: emailOf(customer, 0) },
  };
}
