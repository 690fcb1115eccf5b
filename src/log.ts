// The log: JSON lines on standard output. What is logged is chosen field by field where it happens; bodies, headers,
// secrets and database addresses never are, and JSON keeps a line one line whatever a title holds.
import { type Logger, pino, stdTimeFunctions } from 'pino';

export function createLog(level: string): Logger {
  return pino({ level, base: null, timestamp: stdTimeFunctions.isoTime });
}
