// Colours for explanations, only where the terminal shows them: styleText looks at the stream, NO_COLOR and FORCE_COLOR.
import { styleText } from 'node:util';
import type { Paint, Part } from '../engine/explain/draw-trace.ts';

const STYLES = { good: 'green', bad: 'red', faint: 'dim', strong: 'bold' } as const satisfies Record<Part, string>;

/** @param text is safe to print already: what comes out has the terminal's own codes in it */
export const terminalPaint: Paint = (part, text) => styleText(STYLES[part], text);
