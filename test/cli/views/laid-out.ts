import { layout } from '../../../cli/render/layout.ts';
import type { View } from '../../../cli/render/view.ts';

/** A view as a terminal of 100 columns shows it. */
export const laidOut = (view: View, width = 100): string => layout(view, width);

/** Without the line breaks inside long values. */
export const unwrapped = (text: string): string => text.replaceAll(/\n {15,}/g, ' ');
