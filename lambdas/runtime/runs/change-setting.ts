import type { Setting } from '../../core/base/ports/settings-store.ts';
import { conflict } from '../../core/operations/control-error.ts';

/** Handlers, control and caretaker rarely write the same setting at the same time, so a second conflict is already unlikely. */
const ATTEMPTS = 5;

/** Changes the stored value; `to` answers the same object to change nothing. Throws conflict SETTING_BUSY. */
export async function changeSetting<T>(setting: Setting<T>, to: (value: T) => T): Promise<T> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const { value, revision } = await setting.read();
    const wanted = to(value);
    if (wanted === value || (await setting.write(wanted, revision)) === 'written') return wanted;
  }
  throw conflict('SETTING_BUSY', 'Another caller keeps changing the same setting. Try again.');
}
