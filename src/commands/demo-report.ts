// Drawing what came of the demo: counts, tickets, points and reasons, as text for people. Fits 120 columns.
import { styleText } from 'node:util';
import type { Contributor, Leaderboard, Status, Tickets } from './read-api.ts';

/** Colours only where the terminal shows them: styleText looks at the stream, NO_COLOR and FORCE_COLOR. */
export const bold = (text: string) => styleText('bold', text);
export const dim = (text: string) => styleText('dim', text);
export const green = (text: string) => styleText('green', text);
export const red = (text: string) => styleText('red', text);

export function heading(title: string, address: string): string {
  return `\n${bold(title)}  ${dim(address)}\n`;
}

export function drawStatus({ received, processed, ignored, pending, dead, rules }: Status): string {
  const counts = { processed, ignored, pending, dead };
  const parts = Object.entries(counts).map(([name, count]) => `${count} ${name}`);
  return `  ${received} deliveries: ${parts.join(', ')} · ${rules.count} rules, version ${rules.version ?? 'none'}\n`;
}

export function drawTickets({ tickets, total }: Tickets, address: string): string {
  const rows = tickets.map(({ repository, number, title, complexity, points, skills, status, mentors }) => [
    `${repository.split('/')[1]}#${number}`,
    cut(title, 36),
    complexity ?? '–',
    String(points ?? '–'),
    status,
    cut(skills.join(', '), 18),
    mentors.join(', '),
  ]);
  const left = total - tickets.length;
  const columns = ['ticket', 'title', 'level', '>points', 'status', 'skills', 'mentor'];
  return `${table(columns, rows)}${left > 0 ? dim(`  … and ${left} more: ${address}\n`) : ''}`;
}

export function drawLeaderboard({ entries, total }: Leaderboard, address: string): string {
  const rows = entries.map(({ rank, login, points, badges }) => [
    String(rank),
    login,
    String(points),
    badges.map(badgeName).join(', '),
  ]);
  const left = total - entries.length;
  return `${table(['>rank', 'contributor', '>points', 'badges'], rows)}${left > 0 ? dim(`  … and ${left} more: ${address}\n`) : ''}`;
}

function badgeName(badge: unknown): string {
  return typeof badge === 'object' && badge !== null && 'name' in badge ? String(badge.name) : String(badge);
}

/** The oldest line first, as in an account book, with what it comes to. */
export function drawLedger({ ledger, points }: Contributor): string {
  const rows = ledger
    .toReversed()
    .map((line) => [signed(line.points), line.reason, (line.url ?? '').replace('https://github.com/', '')]);
  return table(['>points', 'reason', 'work'], [...rows, [`= ${points}`, '', '']]);
}

function signed(points: number): string {
  return points < 0 ? `−${-points}` : `+${points}`;
}

const MAX_WIDTH = 46;

/** Aligned columns; those whose name begins with `>` to the right. A cell that is too long is cut. */
export function table(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const names = columns.map((name) => name.replace(/^>/, ''));
  const cells = [names, ...rows].map((row) => row.map((cell) => cut(cell, MAX_WIDTH)));
  const widths = columns.map((_, at) => Math.max(...cells.map((row) => [...(row[at] ?? '')].length)));
  const lines = cells.map((row) => {
    const padded = row.map((cell, at) => {
      const space = ' '.repeat((widths[at] ?? 0) - [...cell].length);
      return columns[at]?.startsWith('>') ? `${space}${cell}` : `${cell}${space}`;
    });
    return `  ${padded.join('  ')}`.trimEnd();
  });
  const [first = '', ...rest] = lines;
  return [dim(first), ...rest, ''].join('\n');
}

export function cut(text: string, width: number): string {
  const characters = [...text];
  return characters.length <= width ? text : `${characters.slice(0, width - 1).join('')}…`;
}
