// The moments at which a process can be killed, or its connection cut, by what passes between it and Postgres.

/**
 * By which functions of the store each step is known on the wire. The one place that knows their names: a point whose
 * function is called differently one day is never reached, and its test says so.
 */
const functions = {
  receive: ['receive_deliveries'],
  claim: ['claim_work'],
  commit: ['commit_decision', 'commit_decisions'],
  announce: ['begin_write'],
  settle: ['settle_effect'],
} as const satisfies Record<string, readonly string[]>;

export type Step = keyof typeof functions;

/**
 * `asked`: the statement has left the process, and never reaches Postgres. `executed`: Postgres has run it and has not
 * committed it. `answered`: it is committed, and the process has not heard.
 */
export type Moment = 'asked' | 'executed' | 'answered';

export interface Point {
  readonly step: Step;
  readonly moment: Moment;
  /** A text in the statement's values or, when answered, in them or in the answer; any when there is none. */
  readonly about?: string;
}

/** Whether the text of a statement is a call that belongs to the step. */
export function isStep(step: Step, text: string): boolean {
  return functions[step].some((name) => text.includes(`"${name}"(`));
}
