import { START } from './kernel.ts';

type Part = string | number;

/** The history of a schedule: always as a digest, on demand as readable lines. */
export class Trace {
  #a = 0x811c9dc5;
  #b = 0x9e3779b9;
  readonly lines: string[] = [];
  readonly #isReadable: boolean;
  readonly #now: () => number;

  constructor(now: () => number, isReadable: boolean) {
    this.#now = now;
    this.#isReadable = isReadable;
  }

  note(what: string, x: Part = '', y: Part = '', z: Part = ''): void {
    const time = this.#now();
    this.#mix(time % 0x7fffffff);
    this.#mixPart(what);
    this.#mixPart(x);
    this.#mixPart(y);
    this.#mixPart(z);
    if (this.#isReadable) this.lines.push(`${clockTime(time)} ${what} ${x} ${y} ${z}`.trimEnd());
  }

  /** 64 bits as two numbers. */
  get digest(): readonly [number, number] {
    return [this.#a >>> 0, this.#b >>> 0];
  }

  #mixPart(part: Part): void {
    if (typeof part === 'number') {
      this.#mix(part | 0);
      return;
    }
    let hash = 0;
    for (let i = 0; i < part.length; i++) hash = (Math.imul(hash, 31) + part.charCodeAt(i)) | 0;
    this.#mix(hash);
  }

  #mix(value: number): void {
    this.#a = Math.imul(this.#a ^ value, 0x01000193);
    this.#b = Math.imul((this.#b ^ value) + (this.#b >>> 13), 0x85ebca6b);
  }
}

function clockTime(time: number): string {
  const seconds = (time - START) / 1_000;
  const hours = Math.floor(seconds / 3_600);
  const minutes = Math.floor((seconds % 3_600) / 60);
  return `${hours}:${String(minutes).padStart(2, '0')}:${(seconds % 60).toFixed(3).padStart(6, '0')}`;
}
