import type { Setting } from '../../core/base/ports/settings-store.ts';
import { conflict } from '../../core/operations/control-error.ts';

/** Handlers and the caretaker write the same settings, seldom: a second loss in a row is already unlikely. */
const ATTEMPTS = 5;

/** Changes what stands there now. `to` answers the same value when nothing is to be changed. Throws conflict SETTING_BUSY. */
export async function changeSetting<T>(setting: Setting<T>, to: (value: T) => T): Promise<T> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const { value, revision } = await setting.read();
    const wanted = to(value);
    if (wanted === value || (await setting.write(wanted, revision)) === 'written') return wanted;
  }
  throw conflict('SETTING_BUSY', 'Somebody else changes the same setting again and again. Ask once more.');
}
